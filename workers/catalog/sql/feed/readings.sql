SELECT reading_id, min(class) AS class, min(vkey) AS vkey, group_concat(pool_id) AS pools FROM reading_pool
WHERE reading_id > $1 GROUP BY reading_id ORDER BY reading_id LIMIT 4096
