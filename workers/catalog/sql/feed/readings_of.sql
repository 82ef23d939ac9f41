SELECT reading_id, min(class) AS class, min(vkey) AS vkey, group_concat(pool_id) AS pools FROM reading_pool
WHERE reading_id IN (SELECT value FROM json_each($1)) GROUP BY reading_id
