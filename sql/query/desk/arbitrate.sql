select desk.arbitrate($1, $2, coalesce($3::jsonb, '{}'))
