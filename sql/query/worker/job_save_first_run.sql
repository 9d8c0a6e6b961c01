select intray.job_save_first_run($1, $2, $3::jsonb, $4)
