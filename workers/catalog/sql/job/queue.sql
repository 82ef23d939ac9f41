INSERT INTO job (job_id, organisation_id, kind, scan_id, urgency, state, run_at, enqueued_at) VALUES ($1, $2, $3, $4, $5, 'queued', $6, $6)
