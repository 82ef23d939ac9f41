INSERT INTO pool (organisation_id, specialty)
SELECT p.organisation_id, c.specialty FROM pathologist p JOIN credential c ON c.pathologist_id = p.pathologist_id
WHERE p.pathologist_id = $1
UNION
SELECT a.organisation_id, c.specialty FROM pathologist p
JOIN credential c ON c.pathologist_id = p.pathologist_id
JOIN agreement a ON a.reading_organisation_id = p.organisation_id AND (a.specialty = c.specialty OR a.specialty = '*')
WHERE p.pathologist_id = $1
ON CONFLICT (organisation_id, specialty, scope, scope_key) DO NOTHING
