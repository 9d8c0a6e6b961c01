select intray.job_save_cut($1, $2, $3::jsonb)
