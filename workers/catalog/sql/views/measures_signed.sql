SELECT c.specialty, CAST(count(*) AS BIGINT) AS cases
FROM cases c
WHERE c.signed_out_at >= $2 AND c.organisation_id = $1
GROUP BY c.specialty
ORDER BY c.specialty
LIMIT 100
