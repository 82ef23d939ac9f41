-- How a pathologist ($2, or '' for anyone else) is related to a case ($1) at $3.
SELECT c.organisation_id, c.specialty, p.restricted,
  CAST(CASE WHEN EXISTS (
    SELECT 1 FROM reading r WHERE r.case_id = c.case_id AND r.state = 'claimed' AND r.pathologist_id = $2
  ) THEN 1 ELSE 0 END AS BIGINT) AS holds,
  CAST(CASE WHEN EXISTS (
    SELECT 1 FROM reading r JOIN assignment a ON a.reading_id = r.reading_id
    WHERE r.case_id = c.case_id AND a.pathologist_id = $2 AND a.state = 'signed_out'
  ) OR EXISTS (
    SELECT 1 FROM reading r JOIN draft d ON d.reading_id = r.reading_id
    WHERE r.case_id = c.case_id AND d.pathologist_id = $2
  ) THEN 1 ELSE 0 END AS BIGINT) AS reads,
  CAST(CASE WHEN EXISTS (
    SELECT 1 FROM report t WHERE t.case_id = c.case_id AND t.pathologist_id = $2
  ) THEN 1 ELSE 0 END AS BIGINT) AS signed,
  CAST(CASE WHEN EXISTS (
    SELECT 1 FROM reading r JOIN cases other ON other.case_id = r.case_id
    WHERE r.state = 'claimed' AND r.pathologist_id = $2 AND other.patient_id = c.patient_id
    AND NOT EXISTS (SELECT 1 FROM objection o
                    WHERE o.case_id = c.case_id AND o.excluded_organisation_id = me.organisation_id)
  ) THEN 1 ELSE 0 END AS BIGINT) AS prior,
  CAST(CASE WHEN me.organisation_id = c.organisation_id AND EXISTS (
    SELECT 1 FROM credential k
    WHERE k.pathologist_id = $2 AND k.specialty = c.specialty AND k.valid_from <= $3 AND k.valid_to > $3
  ) THEN 1 ELSE 0 END AS BIGINT) AS own_specialist,
  CAST(CASE WHEN EXISTS (
    SELECT 1 FROM reading r
    JOIN reading_pool rp ON rp.reading_id = r.reading_id
    JOIN reading_right rr ON rr.pool_id = rp.pool_id AND rr.pathologist_id = $2
      AND rr.valid_from <= $3 AND rr.valid_to > $3
    WHERE r.case_id = c.case_id AND r.state = 'waiting'
    AND (p.restricted = 0 OR c.organisation_id = me.organisation_id)
    AND NOT EXISTS (SELECT 1 FROM exclusion x
                    WHERE x.reading_id = r.reading_id AND x.pathologist_id = $2 AND x.until > $3)
    AND NOT EXISTS (SELECT 1 FROM objection o
                    WHERE o.case_id = c.case_id AND o.excluded_organisation_id = me.organisation_id)
    AND EXISTS (
      SELECT 1 FROM credential k
      WHERE k.pathologist_id = $2 AND k.specialty = r.specialty AND (r.tier = 'core' OR k.tier = 'specialist')
        AND (k.practice = '*' OR replace(k.practice, ',' || r.kind || ',', '') <> k.practice))
    AND (r.kind NOT IN ('second_before_release', 'audit') OR NOT EXISTS (
      SELECT 1 FROM assignment e
      WHERE e.case_id = c.case_id AND e.pathologist_id = $2 AND e.state IN ('active', 'signed_out')))
  ) THEN 1 ELSE 0 END AS BIGINT) AS claimable,
  CAST(CASE WHEN EXISTS (
    SELECT 1 FROM pool q
    JOIN reading_right rr ON rr.pool_id = q.pool_id AND rr.pathologist_id = $2
      AND rr.valid_from <= $3 AND rr.valid_to > $3
    WHERE q.organisation_id = c.organisation_id AND q.specialty = c.specialty
  ) THEN 1 ELSE 0 END AS BIGINT) AS listed
FROM cases c
JOIN patient p ON p.patient_id = c.patient_id
LEFT JOIN pathologist me ON me.pathologist_id = $2
WHERE c.case_id = $1
