select desk.keep_settings($1::jsonb)
