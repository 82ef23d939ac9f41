SELECT reading_id, min(class) AS class, min(vkey) AS vkey, string_agg(pool_id::text, ',') AS pools FROM reading_pool
WHERE reading_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) GROUP BY reading_id
