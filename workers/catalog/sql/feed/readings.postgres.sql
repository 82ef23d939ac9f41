SELECT reading_id, min(class) AS class, min(vkey) AS vkey, string_agg(pool_id::text, ',') AS pools FROM reading_pool
WHERE reading_id > $1 GROUP BY reading_id ORDER BY reading_id LIMIT 4096
