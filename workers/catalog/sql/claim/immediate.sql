SELECT DISTINCT rr.pathologist_id, rp.class, rp.vkey, rp.reading_id
FROM reading_right rr JOIN reading_pool rp ON rp.pool_id = rr.pool_id AND rp.class = 0
WHERE rr.pathologist_id IN (SELECT value FROM json_each($1)) AND rr.valid_from <= $2 AND rr.valid_to > $2
ORDER BY rp.class, rp.vkey, rp.reading_id LIMIT 1024
