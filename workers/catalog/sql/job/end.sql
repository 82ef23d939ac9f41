UPDATE job SET state = $3, lease_until = NULL, ended_at = $4 WHERE job_id = $1 AND fence = $2 AND state = 'leased'
