select intray.job_fault($1, $2, $3)
