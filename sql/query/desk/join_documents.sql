select desk.join_documents($1, $2,
	array(select v::uuid from jsonb_array_elements_text(coalesce($3::jsonb, '[]')) v))
