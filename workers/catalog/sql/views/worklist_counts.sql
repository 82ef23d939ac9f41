-- How many readings the worklist of worklist.sql has, by part, specialty and site.
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
SELECT s.part, r.specialty, c.site_id, st.name AS site_name, CAST(count(*) AS BIGINT) AS readings
FROM seen s
JOIN reading r ON r.reading_id = s.reading_id
JOIN cases c ON c.case_id = r.case_id
JOIN site st ON st.site_id = c.site_id
GROUP BY s.part, r.specialty, c.site_id, st.name
ORDER BY s.part, r.specialty, st.name
LIMIT 1000
