-- Who is on call at $2 by the rota, not away by an absence, and has a right to the pool of those on call of a reading ($1).
SELECT DISTINCT t.pathologist_id
FROM reading r
JOIN pool o ON o.organisation_id = r.organisation_id AND o.specialty = r.specialties AND o.scope = 'on_call'
JOIN reading_right rr ON rr.pool_id = o.pool_id AND rr.valid_from <= $2 AND rr.valid_to > $2
JOIN rota t ON t.pathologist_id = rr.pathologist_id AND t.duty = 'on_call' AND t.starts_at <= $2 AND t.ends_at > $2
WHERE r.reading_id = $1 AND NOT EXISTS (SELECT 1 FROM absence a WHERE a.pathologist_id = t.pathologist_id
  AND a.cancelled_at IS NULL AND a.claims_end_at <= $2 AND a.to_at > $2)
ORDER BY t.pathologist_id
