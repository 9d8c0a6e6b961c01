select desk.take_task(array(select v::bigint from jsonb_array_elements_text(coalesce($1::jsonb, '[]')) v),
	array(select v from jsonb_array_elements_text(coalesce($2::jsonb, '["exception", "second-key"]')) v))
