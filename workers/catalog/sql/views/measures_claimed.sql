SELECT r.specialty, CAST(count(*) AS BIGINT) AS readings
FROM reading r
WHERE r.state = 'claimed' AND r.organisation_id = $1
GROUP BY r.specialty
ORDER BY r.specialty
LIMIT 100
