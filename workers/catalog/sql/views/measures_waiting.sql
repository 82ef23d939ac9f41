SELECT r.specialty, CAST(count(DISTINCT r.reading_id) AS BIGINT) AS readings, min(r.ready_at) AS oldest_at
FROM reading_pool rp
JOIN reading r ON r.reading_id = rp.reading_id AND r.state = 'waiting'
WHERE rp.organisation_id = $1
GROUP BY r.specialty
ORDER BY r.specialty
LIMIT 100
