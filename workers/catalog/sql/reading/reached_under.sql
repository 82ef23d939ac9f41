-- Waiting readings that somebody reaches under an agreement ($1), the most urgent $2 of them.
SELECT rp.reading_id FROM (SELECT DISTINCT pool_id FROM reading_right WHERE agreement_id = $1) q
JOIN reading_pool rp ON rp.pool_id = q.pool_id
GROUP BY rp.reading_id ORDER BY min(rp.class), min(rp.vkey), rp.reading_id LIMIT $2
