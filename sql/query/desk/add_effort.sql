select desk.add_effort($1, $2::integer, $3::integer, $4::bigint)
