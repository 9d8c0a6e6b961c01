select desk.carousel_take($1, $2, $3, $4, array(select v::bigint from jsonb_array_elements_text(coalesce($5::jsonb, '[]')) v))
