select desk.arbitrate($1, $2, $3::jsonb)
