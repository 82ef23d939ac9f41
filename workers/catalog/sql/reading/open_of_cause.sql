SELECT reading_id, state, cause FROM reading WHERE case_id = $1 AND kind = $2 AND state IN ('not_ready', 'waiting', 'claimed') ORDER BY reading_id LIMIT 20
