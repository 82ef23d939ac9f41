-- What happened in each hour since $2, in the organisation $1.
SELECT what, hour, CAST(count(*) AS BIGINT) AS happened FROM (
  SELECT 'delivered' AS what, s.stored_at / 3600000000 AS hour FROM scan s
  WHERE s.stored_at >= $2 AND s.organisation_id = $1
  UNION ALL
  SELECT 'published', s.published_at / 3600000000 FROM scan s
  WHERE s.published_at >= $2 AND s.stored_at >= $2 - 604800000000 AND s.organisation_id = $1
  UNION ALL
  SELECT 'signed_out', c.signed_out_at / 3600000000 FROM cases c
  WHERE c.signed_out_at >= $2 AND c.organisation_id = $1
) happenings
GROUP BY what, hour
ORDER BY hour, what
LIMIT 200
