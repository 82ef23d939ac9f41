-- What a worklist says of these readings ($1), in no order.
-- LATERAL with OFFSET 0: by the keys, whatever the planner guesses of the JSON.
SELECT r.reading_id, r.case_id, r.state, r.pathologist_id, r.specialty, r.priority, r.due_at, r.ready_at,
  r.claim_id, r.fence, r.lease_until, r.begun_at, r.hold_until, r.offer_until,
  c.number, c.issuer, c.received_at, c.organisation_id, c.site_id,
  st.name AS site_name, og.name AS organisation_name,
  p.family, p.given, p.born, p.sex,
  (SELECT string_agg(n.role || ' ' || n.issuer || ' ' || n.value, '
' ORDER BY n.role, n.issuer, n.value) FROM case_number n WHERE n.case_id = c.case_id) AS numbers,
  (SELECT pn.issuer || ' ' || pn.value FROM patient_number pn
   WHERE pn.patient_id = p.patient_id ORDER BY pn.issuer, pn.value LIMIT 1) AS record,
  (SELECT sp.body_site || ', ' || sp.specimen_type FROM specimen sp
   WHERE sp.case_id = c.case_id ORDER BY sp.part, sp.version DESC LIMIT 1) AS specimen,
  (SELECT CAST(count(DISTINCT sp.part) AS BIGINT) FROM specimen sp WHERE sp.case_id = c.case_id) AS specimens,
  (SELECT CAST(count(*) AS BIGINT) FROM manifest_slide m
   WHERE m.case_id = c.case_id AND m.version = c.manifest_version AND m.expectation = 'expected') AS expected,
  (SELECT CAST(count(*) AS BIGINT) FROM manifest_slide m
   WHERE m.case_id = c.case_id AND m.version = c.manifest_version AND m.expectation = 'waived') AS waived,
  (SELECT CAST(count(*) AS BIGINT) FROM manifest_slide m
   JOIN slide sl ON sl.slide_id = m.slide_id
   JOIN scan sc ON sc.scan_id = sl.current_scan_id AND sc.pixels IN ('published', 'verified', 'damaged')
   WHERE m.case_id = c.case_id AND m.version = c.manifest_version AND m.expectation = 'expected') AS here,
  (SELECT CAST(count(*) AS BIGINT) FROM slide sl
   JOIN scan sc ON sc.scan_id = sl.current_scan_id AND sc.pixels = 'damaged'
   WHERE sl.case_id = c.case_id) AS damaged,
  (SELECT CAST(count(*) AS BIGINT) FROM slide sl
   JOIN tray t ON t.best_guess_slide_id = sl.slide_id AND t.closed_at IS NULL
   WHERE sl.case_id = c.case_id) AS in_tray,
  (SELECT max(w.name) FROM draft d JOIN pathologist w ON w.pathologist_id = d.pathologist_id
   WHERE d.reading_id = r.reading_id AND d.pathologist_id <> COALESCE(r.pathologist_id, '')) AS unfinished_by,
  h.name AS holder_name, hs.name AS holder_site, a.why
FROM jsonb_array_elements_text($1::jsonb) j(id)
CROSS JOIN LATERAL (SELECT * FROM reading WHERE reading_id = j.id OFFSET 0) r
JOIN cases c ON c.case_id = r.case_id
JOIN patient p ON p.patient_id = c.patient_id
JOIN site st ON st.site_id = c.site_id
JOIN organisation og ON og.organisation_id = c.organisation_id
LEFT JOIN pathologist h ON h.pathologist_id = r.pathologist_id
LEFT JOIN site hs ON hs.site_id = h.site_id
LEFT JOIN assignment a ON a.claim_id = r.claim_id
