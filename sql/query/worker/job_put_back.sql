select intray.job_put_back($1, $2, $3, $4)
