select intray.job_loss($1, $2, $3)
