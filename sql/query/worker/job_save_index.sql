select intray.job_save_index($1, $2, $3::jsonb, $4::jsonb)
