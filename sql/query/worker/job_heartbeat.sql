select intray.job_heartbeat($1, $2)
