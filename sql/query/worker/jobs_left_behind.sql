select intray.jobs_left_behind($1)
