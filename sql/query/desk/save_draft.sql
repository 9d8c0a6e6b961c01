select jsonb_build_object('outcome', desk.save_draft($1, $2::jsonb, $3::jsonb))
