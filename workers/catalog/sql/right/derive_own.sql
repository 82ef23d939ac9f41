INSERT INTO reading_right (pathologist_id, pool_id, organisation_id, agreement_id, valid_from, valid_to)
SELECT p.pathologist_id, o.pool_id, p.organisation_id, NULL, c.valid_from, c.valid_to
FROM pathologist p
JOIN credential c ON c.pathologist_id = p.pathologist_id
JOIN pool o ON o.organisation_id = p.organisation_id AND o.specialty = c.specialty
WHERE p.pathologist_id = $1 AND c.valid_to > $2
