DELETE FROM reading_pool WHERE reading_id = $1
