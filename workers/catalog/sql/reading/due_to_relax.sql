SELECT reading_id FROM reading WHERE state = 'waiting' AND next_relax_at <= $1 ORDER BY next_relax_at, reading_id LIMIT $2
