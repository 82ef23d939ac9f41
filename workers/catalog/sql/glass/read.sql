UPDATE glass SET read_at = $3, read_by = $4 WHERE reading_id = $1 AND slide_id = $2 AND read_at IS NULL
