select desk.add_effort($1, $2::jsonb)
