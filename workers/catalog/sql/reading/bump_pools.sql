UPDATE reading_pool SET vkey = $2 WHERE reading_id = $1
