-- The shifts of an organisation's ($1) people between $2 and $3, and whether they take no case in some of it: an absence lies over it, or
-- the hours before one.
SELECT t.pathologist_id, w.name, t.duty, t.starts_at, t.ends_at,
  CAST(CASE WHEN EXISTS (SELECT 1 FROM absence a WHERE a.pathologist_id = t.pathologist_id AND a.cancelled_at IS NULL
    AND a.to_at > t.starts_at AND a.claims_end_at < t.ends_at) THEN 1 ELSE 0 END AS BIGINT) AS away
FROM rota t
JOIN pathologist w ON w.pathologist_id = t.pathologist_id
WHERE t.organisation_id = $1 AND t.ends_at > $2 AND t.starts_at < $3
ORDER BY w.name, t.pathologist_id, t.starts_at, t.duty
LIMIT 10000
