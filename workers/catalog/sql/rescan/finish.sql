UPDATE rescan SET done_at = $2 WHERE slide_id = $1 AND done_at IS NULL
