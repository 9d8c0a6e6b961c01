select intray.job_save_split($1, $2, $3::jsonb)
