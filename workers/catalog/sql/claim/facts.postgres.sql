-- Everything the rules of eligibility ask about pairs of a reading and a pathologist ($1: r, p, and o, the organisation of p), in a snapshot that is younger than the locks.
-- LATERAL with OFFSET 0: by the keys, whatever the planner guesses of the JSON.
WITH now AS MATERIALIZED (SELECT now_us AS us FROM clock),
pair AS MATERIALIZED (SELECT r, p, o FROM jsonb_to_recordset($1::jsonb) AS j(r text, p text, o text)),
known AS MATERIALIZED (
  SELECT one.* FROM (SELECT DISTINCT r FROM pair) j CROSS JOIN LATERAL (
    SELECT r.reading_id, r.case_id, r.organisation_id, o.name AS owner_name, c.site_id, s.name AS site_name, r.specialty, r.specialties, r.tier,
      r.kind, r.priority, r.points, r.stage, p.restricted, c.own_organisation_only,
      (SELECT string_agg(n.pathologist_id, ',') FROM reading_person n WHERE n.reading_id = r.reading_id) AS named
    FROM (SELECT * FROM reading WHERE reading_id = j.r OFFSET 0) r
    CROSS JOIN LATERAL (SELECT * FROM cases WHERE case_id = r.case_id OFFSET 0) c
    CROSS JOIN LATERAL (SELECT name FROM organisation WHERE organisation_id = r.organisation_id OFFSET 0) o
    CROSS JOIN LATERAL (SELECT name FROM site WHERE site_id = c.site_id OFFSET 0) s
    CROSS JOIN LATERAL (SELECT restricted FROM patient WHERE patient_id = c.patient_id OFFSET 0) p) one
), sides AS MATERIALIZED (
  SELECT DISTINCT known.organisation_id AS owner, pair.o AS reads FROM pair JOIN known ON known.reading_id = pair.r
)
SELECT (SELECT us FROM now) AS now_us,
  (SELECT json_agg(known) FROM known)::text AS readings,
  (SELECT json_agg(other ORDER BY other.pathologist_id) FROM (SELECT DISTINCT a.case_id, a.reading_id, a.pathologist_id, a.state
    FROM (SELECT DISTINCT case_id FROM known) k
    CROSS JOIN LATERAL (SELECT r.reading_id FROM reading r WHERE r.case_id = k.case_id OFFSET 0) of_case
    CROSS JOIN LATERAL (SELECT a.case_id, a.reading_id, a.pathologist_id, a.state FROM assignment a
      WHERE a.reading_id = of_case.reading_id AND a.state IN ('active', 'signed_out') OFFSET 0) a) other)::text AS others,
  (SELECT json_agg(objection) FROM (SELECT DISTINCT case_id FROM known) k CROSS JOIN LATERAL (
    SELECT o.case_id, o.excluded_organisation_id, o.recorded_at FROM objection o WHERE o.case_id = k.case_id OFFSET 0) objection)::text AS objections,
  (SELECT json_agg(exclusion) FROM pair CROSS JOIN LATERAL (
    SELECT e.reading_id, e.pathologist_id, e.until FROM exclusion e WHERE e.reading_id = pair.r AND e.pathologist_id = pair.p OFFSET 0) exclusion)::text AS exclusions,
  (SELECT json_agg(credential ORDER BY credential.specialty) FROM (SELECT DISTINCT p FROM pair) who CROSS JOIN LATERAL (
    SELECT c.pathologist_id, c.specialty, c.tier, c.profession, c.practice, c.valid_from, c.valid_to,
      (SELECT u.supervisor_id FROM supervised u WHERE u.pathologist_id = c.pathologist_id AND u.specialty = c.specialty) AS supervisor_id
    FROM credential c WHERE c.pathologist_id = who.p OFFSET 0) credential)::text AS credentials,
  (SELECT json_agg(agreement ORDER BY agreement.agreement_id) FROM sides CROSS JOIN LATERAL (
    SELECT a.agreement_id, a.organisation_id, a.reading_organisation_id, a.specialty, a.purpose, a.opens, a.legal_basis, a.valid_from, a.valid_to, a.revoked_at
    FROM agreement a WHERE a.organisation_id = sides.owner AND a.reading_organisation_id = sides.reads OFFSET 0) agreement)::text AS agreements
