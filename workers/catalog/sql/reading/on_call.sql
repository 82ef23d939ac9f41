-- Who is on call at $2 by the rota and has a right to the pool of those on call of a reading ($1).
SELECT DISTINCT t.pathologist_id
FROM reading r
JOIN pool o ON o.organisation_id = r.organisation_id AND o.specialty = r.specialties AND o.scope = 'on_call'
JOIN reading_right rr ON rr.pool_id = o.pool_id AND rr.valid_from <= $2 AND rr.valid_to > $2
JOIN rota t ON t.pathologist_id = rr.pathologist_id AND t.duty = 'on_call' AND t.starts_at <= $2 AND t.ends_at > $2
WHERE r.reading_id = $1
ORDER BY t.pathologist_id
