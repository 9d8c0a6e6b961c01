select desk.query($1, $2, coalesce($3::integer, 14))
