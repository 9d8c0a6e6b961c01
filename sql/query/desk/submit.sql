select desk.submit($1, $2, $3::jsonb,
	array(select v from jsonb_array_elements_text(coalesce($4::jsonb, '[]')) v), $5,
	coalesce($6::jsonb, '{}'), coalesce($7::jsonb, '{}'), $8::jsonb)
