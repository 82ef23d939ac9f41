SELECT r.reading_id, r.case_id, r.organisation_id, o.name AS owner_name, c.site_id, s.name AS site_name, r.specialty, r.specialties, r.tier,
  r.kind, r.priority, r.points, r.stage, p.restricted, c.own_organisation_only,
  (SELECT string_agg(n.pathologist_id, ',') FROM reading_person n WHERE n.reading_id = r.reading_id) AS named
FROM reading r
JOIN cases c ON c.case_id = r.case_id
JOIN organisation o ON o.organisation_id = r.organisation_id
JOIN site s ON s.site_id = c.site_id
JOIN patient p ON p.patient_id = c.patient_id
WHERE r.reading_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb)))
