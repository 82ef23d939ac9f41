UPDATE reading SET vkey = $2 WHERE reading_id = $1 AND state IN ('not_ready', 'waiting', 'claimed')
