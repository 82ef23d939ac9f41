-- Who else has a right to the pools of a reading; whether they may read it the rules decide.
SELECT DISTINCT rr.pathologist_id FROM reading r
JOIN pool o ON o.organisation_id = r.organisation_id AND o.specialty = r.specialties
JOIN reading_right rr ON rr.pool_id = o.pool_id
WHERE r.reading_id = $1 AND rr.pathologist_id <> $2 AND rr.valid_from <= $3 AND rr.valid_to > $3
ORDER BY rr.pathologist_id LIMIT 500
