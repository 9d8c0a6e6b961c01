select desk.keep_tasks(array(select v::bigint from jsonb_array_elements_text($1::jsonb) v))
