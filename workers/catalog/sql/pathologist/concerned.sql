-- Whoever could read cases of this organisation ($1) in one of these specialties ($2, 'gastro+liver').
SELECT DISTINCT p.pathologist_id FROM pathologist p JOIN credential c ON c.pathologist_id = p.pathologist_id
WHERE replace('+' || CAST($2 AS TEXT) || '+', '+' || c.specialty || '+', '') <> '+' || CAST($2 AS TEXT) || '+'
  AND (p.organisation_id = $1 OR EXISTS (
    SELECT 1 FROM agreement a WHERE a.organisation_id = $1 AND a.reading_organisation_id = p.organisation_id))
ORDER BY p.pathologist_id
