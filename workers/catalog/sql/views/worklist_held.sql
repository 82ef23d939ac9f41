-- What others hold of what a pathologist ($1) has a right to, or with an empty $1 of all of an organisation ($2), at $3. $4 a specialty or '',
-- $5 a site or ''.
-- CROSS JOIN: in the order written, for SQLite keeps no statistics.
WITH me AS MATERIALIZED (
  SELECT organisation_id FROM pathologist WHERE pathologist_id = $1
), reach AS MATERIALIZED (
  SELECT DISTINCT q.organisation_id, q.specialty AS specialties
  FROM reading_right rr JOIN pool q ON q.pool_id = rr.pool_id
  WHERE rr.pathologist_id = $1 AND rr.valid_from <= $3 AND rr.valid_to > $3
)
SELECT CAST(2 AS BIGINT) AS place, shown.reading_id, shown.specialty, shown.site_id, st.name AS site_name
FROM (
  SELECT r.reading_id, r.class, r.vkey, r.specialty, c.site_id
  FROM reach CROSS JOIN reading r CROSS JOIN cases c CROSS JOIN patient p
  WHERE r.organisation_id = reach.organisation_id AND r.specialties = reach.specialties AND r.claim_id IS NOT NULL AND r.pathologist_id <> $1
    AND c.case_id = r.case_id AND p.patient_id = c.patient_id AND p.restricted = 0
    AND NOT EXISTS (SELECT 1 FROM objection o
                    WHERE o.case_id = c.case_id AND o.excluded_organisation_id = (SELECT organisation_id FROM me))
  UNION ALL
  SELECT r.reading_id, r.class, r.vkey, r.specialty, c.site_id
  FROM reading r CROSS JOIN cases c CROSS JOIN patient p
  WHERE $1 = '' AND r.organisation_id = $2 AND r.claim_id IS NOT NULL
    AND c.case_id = r.case_id AND p.patient_id = c.patient_id AND p.restricted = 0
) shown JOIN site st ON st.site_id = shown.site_id
WHERE ($4 = '' OR shown.specialty = $4) AND ($5 = '' OR shown.site_id = $5)
ORDER BY shown.class, shown.vkey, shown.reading_id
