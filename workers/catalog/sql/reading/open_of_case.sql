SELECT reading_id FROM reading WHERE case_id = $1 AND state = 'waiting' ORDER BY reading_id
