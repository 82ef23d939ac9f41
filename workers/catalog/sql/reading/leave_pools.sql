DELETE FROM reading_pool WHERE reading_id IN (SELECT value FROM json_each($1))
