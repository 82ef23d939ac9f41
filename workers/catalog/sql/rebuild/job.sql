INSERT INTO job (job_id, organisation_id, kind, scan_id, urgency, state, fence, run_at, enqueued_at, ended_at) VALUES ($1, $2, 'tile', $3, $4, 'done', $5, $6, $6, $6)
