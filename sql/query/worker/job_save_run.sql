select intray.job_save_run($1, $2, $3::jsonb)
