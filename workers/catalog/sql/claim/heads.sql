-- Who has read a case is asked by way of its readings: a pathologist's own history is long.
SELECT r.reading_id FROM (
  SELECT (
    SELECT rp.reading_id FROM reading_pool rp
    WHERE rp.pool_id = rr.pool_id AND rp.class <= $3
      AND NOT EXISTS (SELECT 1 FROM exclusion e WHERE e.reading_id = rp.reading_id AND e.pathologist_id = $1 AND e.until > $2)
      AND NOT EXISTS (
        SELECT 1 FROM reading x JOIN cases c ON c.case_id = x.case_id JOIN patient p ON p.patient_id = c.patient_id
        WHERE x.reading_id = rp.reading_id AND (
          (p.restricted = 1 AND c.organisation_id <> $4)
          OR EXISTS (SELECT 1 FROM objection o WHERE o.case_id = c.case_id AND o.excluded_organisation_id = $4)
          OR (c.own_organisation_only = 1 AND c.organisation_id <> $4)
          OR NOT EXISTS (
            SELECT 1 FROM credential k WHERE k.pathologist_id = $1 AND k.specialty = x.specialty
              AND (x.tier = 'core' OR k.tier = 'specialist')
              AND (k.practice = '*' OR replace(k.practice, ',' || x.kind || ',', '') <> k.practice)
              AND (k.profession <> 'trainee' OR x.kind <> 'primary' OR EXISTS (
                SELECT 1 FROM supervised u WHERE u.pathologist_id = k.pathologist_id AND u.specialty = k.specialty)))
          OR (x.kind IN ('second_before_release', 'audit') AND $1 IN (
            SELECT a.pathologist_id FROM reading q JOIN assignment a ON a.reading_id = q.reading_id
            WHERE q.case_id = c.case_id AND a.state IN ('active', 'signed_out')))
          OR EXISTS (SELECT 1 FROM assignment a WHERE a.case_id = c.case_id AND a.pathologist_id = $1 AND a.state = 'active')))
    ORDER BY rp.class, rp.vkey, rp.reading_id LIMIT 1
  ) AS reading_id
  FROM reading_right rr WHERE rr.pathologist_id = $1 AND rr.valid_from <= $2 AND rr.valid_to > $2
) head JOIN reading r ON r.reading_id = head.reading_id
ORDER BY r.class, r.vkey, r.reading_id LIMIT 8
