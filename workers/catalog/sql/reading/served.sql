-- The scopes of a reading ($1) in which somebody may read it and is there at $2, or on the rota before $3 (named), $4 (site),
-- $5 (all sites) or $6 (on call). An absence on record goes before both.
SELECT o.scope
FROM reading r
JOIN cases c ON c.case_id = r.case_id
JOIN patient pt ON pt.patient_id = c.patient_id
JOIN pool o ON o.organisation_id = r.organisation_id AND o.specialty = r.specialties
WHERE r.reading_id = $1
  AND (o.scope <> 'site' OR o.scope_key = c.site_id)
  AND (o.scope <> 'personal' OR EXISTS (SELECT 1 FROM reading_person n WHERE n.reading_id = r.reading_id AND n.pathologist_id = o.scope_key))
  AND EXISTS (
    SELECT 1 FROM reading_right rr JOIN pathologist p ON p.pathologist_id = rr.pathologist_id
    WHERE rr.pool_id = o.pool_id AND rr.valid_from <= $2 AND rr.valid_to > $2
      AND (EXISTS (
          SELECT 1 FROM rota t WHERE t.pathologist_id = p.pathologist_id AND t.ends_at > $2
            AND (t.duty = 'on_call') = (o.scope = 'on_call')
            AND t.starts_at < CASE o.scope WHEN 'personal' THEN CAST($3 AS BIGINT) WHEN 'site' THEN CAST($4 AS BIGINT)
              WHEN 'on_call' THEN CAST($6 AS BIGINT) ELSE CAST($5 AS BIGINT) END
            AND NOT EXISTS (SELECT 1 FROM absence a WHERE a.pathologist_id = t.pathologist_id AND a.cancelled_at IS NULL AND a.to_at > $2
              AND a.claims_end_at <= CASE WHEN t.starts_at > $2 THEN t.starts_at ELSE CAST($2 AS BIGINT) END AND a.to_at > t.starts_at))
        OR (p.presence = 'available' AND NOT EXISTS (SELECT 1 FROM absence a WHERE a.pathologist_id = p.pathologist_id
          AND a.cancelled_at IS NULL AND a.claims_end_at <= $2 AND a.to_at > $2)))
      AND (p.organisation_id = c.organisation_id OR (pt.restricted = 0 AND c.own_organisation_only = 0))
      AND NOT EXISTS (SELECT 1 FROM exclusion e WHERE e.reading_id = r.reading_id AND e.pathologist_id = p.pathologist_id AND e.until > $2)
      AND NOT EXISTS (SELECT 1 FROM objection x WHERE x.case_id = c.case_id AND x.excluded_organisation_id = p.organisation_id)
      AND EXISTS (
        SELECT 1 FROM credential k WHERE k.pathologist_id = p.pathologist_id AND k.specialty = r.specialty
          AND (r.tier = 'core' OR k.tier = 'specialist')
          AND (k.practice = '*' OR replace(k.practice, ',' || r.kind || ',', '') <> k.practice)
          AND (k.profession <> 'trainee' OR r.kind <> 'primary' OR EXISTS (
            SELECT 1 FROM supervised u WHERE u.pathologist_id = k.pathologist_id AND u.specialty = k.specialty)))
      AND (r.kind NOT IN ('second_before_release', 'audit') OR NOT EXISTS (
        SELECT 1 FROM assignment a WHERE a.case_id = c.case_id AND a.pathologist_id = p.pathologist_id AND a.state IN ('active', 'signed_out'))))
