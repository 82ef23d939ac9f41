-- Waiting readings whose pool only few share, and immediate ones.
SELECT DISTINCT rp.reading_id FROM reading_right rr
JOIN pool o ON o.pool_id = rr.pool_id
JOIN reading_pool rp ON rp.pool_id = rr.pool_id AND (o.scope IN ('personal', 'site') OR rp.class = 0)
WHERE rr.pathologist_id = $1
ORDER BY rp.reading_id LIMIT $2
