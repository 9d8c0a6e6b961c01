select desk.arrange($1, $2, $3::jsonb)
