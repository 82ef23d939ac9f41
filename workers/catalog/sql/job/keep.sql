UPDATE job SET lease_until = $3 WHERE job_id = $1 AND fence = $2 AND state = 'leased'
