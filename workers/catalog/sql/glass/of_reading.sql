SELECT slide_id, read_at FROM glass WHERE reading_id = $1 ORDER BY slide_id LIMIT 500
