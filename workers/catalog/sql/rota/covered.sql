-- Shifts between $2 and $3 in which somebody has a right to the pools all sites share, of one specialty each.
SELECT o.specialty, t.pathologist_id, CASE WHEN t.starts_at > rr.valid_from THEN t.starts_at ELSE rr.valid_from END AS starts_at,
  CASE WHEN t.ends_at < rr.valid_to THEN t.ends_at ELSE rr.valid_to END AS ends_at
FROM pool o
JOIN reading_right rr ON rr.pool_id = o.pool_id
JOIN rota t ON t.pathologist_id = rr.pathologist_id AND t.starts_at < $3 AND t.ends_at > $2
WHERE o.organisation_id = $1 AND o.specialties = 1
  AND o.scope = CASE t.duty WHEN 'on_call' THEN 'on_call' ELSE 'network' END
  AND rr.valid_from < t.ends_at AND rr.valid_to > t.starts_at
ORDER BY starts_at LIMIT 50000
