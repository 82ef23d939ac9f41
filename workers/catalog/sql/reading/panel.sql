SELECT reading_id FROM reading WHERE case_id = $1 AND cause = 'panel' AND state IN ('waiting', 'claimed') AND reading_id <> $2 ORDER BY reading_id LIMIT 20
