-- Everything the rules of eligibility ask about pairs of a reading and a pathologist ($1: r, p, and o, the organisation of p). Assignments are found by way of the readings, and history is long.
WITH now AS MATERIALIZED (SELECT now_us AS us FROM clock),
pair AS MATERIALIZED (SELECT value ->> 'r' AS r, value ->> 'p' AS p, value ->> 'o' AS o FROM json_each($1)),
known AS MATERIALIZED (
  SELECT r.reading_id, r.case_id, r.organisation_id, o.name AS owner_name, c.site_id, s.name AS site_name, r.specialty, r.specialties, r.tier,
    r.kind, r.priority, r.points, r.stage, p.restricted, c.own_organisation_only,
    (SELECT string_agg(n.pathologist_id, ',') FROM reading_person n WHERE n.reading_id = r.reading_id) AS named
  FROM reading r
  JOIN cases c ON c.case_id = r.case_id
  JOIN organisation o ON o.organisation_id = r.organisation_id
  JOIN site s ON s.site_id = c.site_id
  JOIN patient p ON p.patient_id = c.patient_id
  WHERE r.reading_id IN (SELECT r FROM pair)
), sides AS MATERIALIZED (
  SELECT DISTINCT known.organisation_id AS owner, pair.o AS reads FROM pair JOIN known ON known.reading_id = pair.r
), others AS MATERIALIZED (
  SELECT DISTINCT a.case_id, a.reading_id, a.pathologist_id, a.state
  FROM reading r JOIN assignment a ON a.reading_id = r.reading_id
  WHERE r.case_id IN (SELECT case_id FROM known) AND a.state IN ('active', 'signed_out')
)
SELECT (SELECT us FROM now) AS now_us,
  (SELECT json_group_array(json_object('reading_id', reading_id, 'case_id', case_id, 'organisation_id', organisation_id, 'owner_name', owner_name,
      'site_id', site_id, 'site_name', site_name, 'specialty', specialty, 'specialties', specialties, 'tier', tier, 'kind', kind,
      'priority', priority, 'points', points, 'stage', stage, 'restricted', restricted, 'own_organisation_only', own_organisation_only,
      'named', named)) FROM known) AS readings,
  (SELECT json_group_array(json_object('case_id', case_id, 'reading_id', reading_id, 'pathologist_id', pathologist_id, 'state', state)
      ORDER BY pathologist_id) FROM others) AS others,
  (SELECT json_group_array(json_object('case_id', case_id, 'excluded_organisation_id', excluded_organisation_id, 'recorded_at', recorded_at))
    FROM objection WHERE case_id IN (SELECT case_id FROM known)) AS objections,
  (SELECT json_group_array(json_object('reading_id', e.reading_id, 'pathologist_id', e.pathologist_id, 'until', e.until))
    FROM pair JOIN exclusion e ON e.reading_id = pair.r AND e.pathologist_id = pair.p) AS exclusions,
  (SELECT json_group_array(json_object('pathologist_id', c.pathologist_id, 'specialty', c.specialty, 'tier', c.tier, 'profession', c.profession,
      'practice', c.practice, 'valid_from', c.valid_from, 'valid_to', c.valid_to,
      'supervisor_id', (SELECT u.supervisor_id FROM supervised u WHERE u.pathologist_id = c.pathologist_id AND u.specialty = c.specialty))
      ORDER BY c.specialty)
    FROM credential c WHERE c.pathologist_id IN (SELECT p FROM pair)) AS credentials,
  (SELECT json_group_array(json_object('agreement_id', a.agreement_id, 'organisation_id', a.organisation_id,
      'reading_organisation_id', a.reading_organisation_id, 'specialty', a.specialty, 'purpose', a.purpose, 'opens', a.opens,
      'legal_basis', a.legal_basis, 'valid_from', a.valid_from, 'valid_to', a.valid_to, 'revoked_at', a.revoked_at) ORDER BY a.agreement_id)
    FROM sides JOIN agreement a ON a.organisation_id = sides.owner AND a.reading_organisation_id = sides.reads) AS agreements
