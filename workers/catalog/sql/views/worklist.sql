-- The worklist of a pathologist ($1) or, with an empty $1, of an organisation ($2), at $3.
-- $4 the view, $5 a specialty or '', $6 a site or '', $7 rows at most.
WITH seen AS (
  SELECT r.reading_id, 'mine' AS part
  FROM reading r
  WHERE r.state = 'claimed' AND r.pathologist_id = $1
  UNION
  SELECT r.reading_id, 'waiting'
  FROM reading_right rr
  JOIN pathologist me ON me.pathologist_id = rr.pathologist_id
  JOIN reading_pool rp ON rp.pool_id = rr.pool_id
  JOIN reading r ON r.reading_id = rp.reading_id AND r.state = 'waiting'
  JOIN cases c ON c.case_id = r.case_id
  JOIN patient p ON p.patient_id = c.patient_id
  WHERE rr.pathologist_id = $1 AND rr.valid_from <= $3 AND rr.valid_to > $3
    AND (p.restricted = 0 OR c.organisation_id = me.organisation_id)
    AND NOT EXISTS (SELECT 1 FROM exclusion x
                    WHERE x.reading_id = r.reading_id AND x.pathologist_id = $1 AND x.until > $3)
    AND NOT EXISTS (SELECT 1 FROM objection o
                    WHERE o.case_id = c.case_id AND o.excluded_organisation_id = me.organisation_id)
    AND EXISTS (
      SELECT 1 FROM credential k
      WHERE k.pathologist_id = $1 AND k.specialty = r.specialty AND (r.tier = 'core' OR k.tier = 'specialist')
        AND (k.practice = '*' OR replace(k.practice, ',' || r.kind || ',', '') <> k.practice))
    AND (r.kind NOT IN ('second_before_release', 'audit') OR $1 NOT IN (
      SELECT e.pathologist_id FROM reading q JOIN assignment e ON e.reading_id = q.reading_id
      WHERE q.case_id = c.case_id AND e.state IN ('active', 'signed_out')))
  UNION
  SELECT r.reading_id, 'held_by_others'
  FROM reading_right rr
  JOIN pathologist me ON me.pathologist_id = rr.pathologist_id
  JOIN pool q ON q.pool_id = rr.pool_id
  JOIN reading r ON r.state = 'claimed' AND r.organisation_id = q.organisation_id AND r.specialties = q.specialty
  JOIN cases c ON c.case_id = r.case_id
  JOIN patient p ON p.patient_id = c.patient_id
  WHERE rr.pathologist_id = $1 AND rr.valid_from <= $3 AND rr.valid_to > $3
    AND r.pathologist_id <> $1 AND p.restricted = 0
    AND NOT EXISTS (SELECT 1 FROM objection o
                    WHERE o.case_id = c.case_id AND o.excluded_organisation_id = me.organisation_id)
  UNION
  SELECT r.reading_id, 'waiting'
  FROM reading_pool rp
  JOIN reading r ON r.reading_id = rp.reading_id AND r.state = 'waiting'
  JOIN cases c ON c.case_id = r.case_id
  JOIN patient p ON p.patient_id = c.patient_id
  WHERE $1 = '' AND rp.organisation_id = $2 AND p.restricted = 0
  UNION
  SELECT r.reading_id, 'held_by_others'
  FROM reading r
  JOIN cases c ON c.case_id = r.case_id
  JOIN patient p ON p.patient_id = c.patient_id
  WHERE $1 = '' AND r.state = 'claimed' AND r.organisation_id = $2 AND p.restricted = 0
)
SELECT s.part, r.reading_id, r.case_id, r.state, r.specialty, r.priority, r.due_at, r.ready_at,
  r.claim_id, r.fence, r.lease_until, r.begun_at, r.hold_until,
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
FROM seen s
JOIN reading r ON r.reading_id = s.reading_id
JOIN cases c ON c.case_id = r.case_id
JOIN patient p ON p.patient_id = c.patient_id
JOIN site st ON st.site_id = c.site_id
JOIN organisation og ON og.organisation_id = c.organisation_id
LEFT JOIN pathologist h ON h.pathologist_id = r.pathologist_id
LEFT JOIN site hs ON hs.site_id = h.site_id
LEFT JOIN assignment a ON a.claim_id = r.claim_id
WHERE ($4 = 'all' OR $4 = s.part OR ($4 = 'mine_and_waiting' AND s.part <> 'held_by_others'))
  AND ($5 = '' OR r.specialty = $5)
  AND ($6 = '' OR c.site_id = $6)
ORDER BY CASE s.part WHEN 'mine' THEN 0 WHEN 'waiting' THEN 1 ELSE 2 END,
  r.class, r.vkey, r.reading_id
LIMIT $7
