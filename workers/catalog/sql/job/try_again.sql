UPDATE job SET state = 'queued', attempts = 0, run_at = $2, ended_at = NULL, last_error = NULL
WHERE scan_id = $1 AND kind = 'tile' AND state IN ('done', 'dead')
