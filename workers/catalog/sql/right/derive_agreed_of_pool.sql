-- Several agreements may cover a pool: the right spans them all, and the claim asks which is in force.
INSERT INTO reading_right (pathologist_id, pool_id, organisation_id, agreement_id, valid_from, valid_to)
SELECT p.pathologist_id, o.pool_id, p.organisation_id, min(a.agreement_id),
  min(CASE WHEN a.valid_from > c.valid_from THEN a.valid_from ELSE c.valid_from END),
  max(CASE WHEN a.valid_to < c.valid_to THEN a.valid_to ELSE c.valid_to END)
FROM pathologist p
JOIN credential c ON c.pathologist_id = p.pathologist_id
JOIN agreement a ON a.reading_organisation_id = p.organisation_id AND (a.specialty = c.specialty OR a.specialty = '*')
JOIN pool o ON o.organisation_id = a.organisation_id
  AND (o.specialty = c.specialty OR replace('+' || o.specialty || '+', '+' || c.specialty || '+', '') <> '+' || o.specialty || '+')
WHERE o.pool_id = $1 AND c.valid_to > $2 AND a.revoked_at IS NULL AND a.valid_to > $2
  AND a.purpose = 'direct_care' AND a.organisation_id <> p.organisation_id
  AND (o.scope = 'on_call' OR (a.opens = 'network' AND (o.scope = 'network' OR (o.scope = 'personal' AND o.scope_key = p.pathologist_id))))
GROUP BY p.pathologist_id, o.pool_id, p.organisation_id, o.specialties
HAVING count(DISTINCT c.specialty) = o.specialties
