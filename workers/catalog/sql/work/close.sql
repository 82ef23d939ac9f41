UPDATE extra_work SET closed_at = $2, closed_by = $3, outcome = $4 WHERE work_id = $1 AND closed_at IS NULL
