UPDATE job SET state = 'queued', lease_until = NULL, worker = NULL, run_at = $3, last_error = $4, attempts = attempts - 1
WHERE job_id = $1 AND fence = $2 AND state = 'leased'
