-- A pool of several specialties, 'gastro+liver', is for who holds a credential of each.
INSERT INTO reading_right (pathologist_id, pool_id, organisation_id, agreement_id, valid_from, valid_to)
SELECT p.pathologist_id, o.pool_id, p.organisation_id, NULL, max(c.valid_from), min(c.valid_to)
FROM pathologist p
JOIN credential c ON c.pathologist_id = p.pathologist_id
JOIN pool o ON o.organisation_id = p.organisation_id
  AND (o.specialty = c.specialty OR replace('+' || o.specialty || '+', '+' || c.specialty || '+', '') <> '+' || o.specialty || '+')
WHERE p.pathologist_id = $1 AND c.valid_to > $2
  AND (o.scope IN ('organisation', 'network', 'on_call') OR (o.scope = 'site' AND o.scope_key = p.site_id)
    OR (o.scope = 'personal' AND o.scope_key = p.pathologist_id))
GROUP BY p.pathologist_id, o.pool_id, p.organisation_id, o.specialties
HAVING count(*) = o.specialties
