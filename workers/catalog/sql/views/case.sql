SELECT c.case_id, c.revision, c.state, c.number, c.issuer, c.specialty, c.priority, c.received_at, c.collected_at,
  c.due_at, c.ready_at, c.manifest_version, c.content_version, c.organisation_id, c.site_id,
  st.name AS site_name, og.name AS organisation_name,
  p.family, p.given, p.born, p.sex, p.national_number,
  (SELECT string_agg(n.role || ' ' || n.issuer || ' ' || n.value, '
' ORDER BY n.role, n.issuer, n.value) FROM case_number n WHERE n.case_id = c.case_id) AS numbers,
  (SELECT pn.issuer || ' ' || pn.value FROM patient_number pn
   WHERE pn.patient_id = p.patient_id ORDER BY pn.issuer, pn.value LIMIT 1) AS record,
  t.requester, t.copy_to, t.clinical_details, w.name AS named_pathologist,
  (SELECT m.source FROM manifest m WHERE m.case_id = c.case_id AND m.version = c.manifest_version) AS manifest_source,
  (SELECT CAST(count(*) AS BIGINT) FROM incident i
   WHERE i.case_id = c.case_id AND i.closed_at IS NULL) AS incidents
FROM cases c
JOIN patient p ON p.patient_id = c.patient_id
JOIN site st ON st.site_id = c.site_id
JOIN organisation og ON og.organisation_id = c.organisation_id
LEFT JOIN case_content t ON t.case_id = c.case_id AND t.version = c.content_version
LEFT JOIN pathologist w ON w.pathologist_id = t.named_pathologist_id
WHERE c.case_id = $1
