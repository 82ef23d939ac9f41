UPDATE case_pause SET ended_at = $2 WHERE case_id = $1 AND ended_at IS NULL
