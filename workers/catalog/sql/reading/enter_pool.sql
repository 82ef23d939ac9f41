-- The pools of the reading's stage; each later one holds everyone an earlier one does.
INSERT INTO reading_pool (pool_id, class, vkey, reading_id, organisation_id)
SELECT o.pool_id, r.class, r.vkey, r.reading_id, r.organisation_id
FROM reading r
JOIN cases c ON c.case_id = r.case_id
JOIN patient p ON p.patient_id = c.patient_id
JOIN pool o ON o.organisation_id = r.organisation_id AND o.specialty = r.specialties
WHERE r.reading_id = $1 AND CASE o.scope
  WHEN 'personal' THEN r.stage < 2 AND EXISTS (SELECT 1 FROM reading_person n WHERE n.reading_id = r.reading_id AND n.pathologist_id = o.scope_key)
  WHEN 'site' THEN r.stage = 1 AND o.scope_key = c.site_id
  WHEN 'organisation' THEN r.stage >= 2 AND (p.restricted = 1 OR c.own_organisation_only = 1)
  WHEN 'network' THEN r.stage = 2 AND p.restricted = 0 AND c.own_organisation_only = 0
  ELSE r.stage >= 3 AND p.restricted = 0 AND c.own_organisation_only = 0 END
ON CONFLICT DO NOTHING
