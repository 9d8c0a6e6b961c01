select intray.job_save_document($1, $2, $3::jsonb, $4)
