-- Which readings a pathologist ($1) or, with an empty $1, an organisation ($2) sees at $3: own claims, and of what waits the first $6, each
-- looked at whether it is theirs. `beyond` is how many wait behind those, in a row of its own where nothing is seen. $4 a specialty or '', $5 a site or ''.
-- CROSS JOIN: in the order written. SQLite, which keeps no statistics, goes through all cases or all that waits otherwise.
WITH every AS MATERIALIZED (
  SELECT rp.class, rp.vkey, rp.reading_id
  FROM reading_right rr JOIN reading_pool rp ON rp.pool_id = rr.pool_id
  WHERE rr.pathologist_id = $1 AND rr.valid_from <= $3 AND rr.valid_to > $3
  UNION
  SELECT rp.class, rp.vkey, rp.reading_id
  FROM pool q JOIN reading_pool rp ON rp.pool_id = q.pool_id
  WHERE $1 = '' AND q.organisation_id = $2
), wanted AS MATERIALIZED (
  SELECT class, vkey, reading_id FROM every
  WHERE ($4 = '' AND $5 = '') OR EXISTS (
    SELECT 1 FROM reading r JOIN cases c ON c.case_id = r.case_id
    WHERE r.reading_id = every.reading_id AND ($4 = '' OR r.specialty = $4) AND ($5 = '' OR c.site_id = $5))
), first AS MATERIALIZED (
  SELECT class, vkey, reading_id FROM wanted ORDER BY class, vkey, reading_id LIMIT $6
), me AS MATERIALIZED (
  SELECT organisation_id FROM pathologist WHERE pathologist_id = $1
), seen AS MATERIALIZED (
  SELECT CAST(0 AS BIGINT) AS place, r.reading_id, r.class, r.vkey, r.specialty, c.site_id
  FROM reading r CROSS JOIN cases c
  WHERE r.state = 'claimed' AND r.pathologist_id = $1 AND c.case_id = r.case_id
  UNION ALL
  SELECT 1, r.reading_id, r.class, r.vkey, r.specialty, c.site_id
  FROM first f CROSS JOIN reading r CROSS JOIN cases c CROSS JOIN patient p
  WHERE r.reading_id = f.reading_id AND r.state = 'waiting' AND c.case_id = r.case_id AND p.patient_id = c.patient_id
    AND (($1 = '' AND p.restricted = 0) OR ($1 <> ''
    AND ((p.restricted = 0 AND c.own_organisation_only = 0) OR c.organisation_id = (SELECT organisation_id FROM me))
    AND NOT EXISTS (SELECT 1 FROM exclusion x WHERE x.reading_id = r.reading_id AND x.pathologist_id = $1 AND x.until > $3)
    AND NOT EXISTS (SELECT 1 FROM objection o
                    WHERE o.case_id = c.case_id AND o.excluded_organisation_id = (SELECT organisation_id FROM me))
    AND EXISTS (
      SELECT 1 FROM credential k
      WHERE k.pathologist_id = $1 AND k.specialty = r.specialty AND (r.tier = 'core' OR k.tier = 'specialist')
        AND (k.practice = '*' OR replace(k.practice, ',' || r.kind || ',', '') <> k.practice)
        AND (k.profession <> 'trainee' OR r.kind <> 'primary' OR EXISTS (
          SELECT 1 FROM supervised u WHERE u.pathologist_id = k.pathologist_id AND u.specialty = k.specialty)))
    AND (r.kind NOT IN ('second_before_release', 'audit') OR $1 NOT IN (
      SELECT e.pathologist_id FROM reading q JOIN assignment e ON e.reading_id = q.reading_id
      WHERE q.case_id = c.case_id AND e.state IN ('active', 'signed_out')))))
)
SELECT shown.place, shown.reading_id, shown.specialty, shown.site_id, shown.site_name, behind.beyond
FROM (SELECT (SELECT CAST(count(*) AS BIGINT) FROM wanted) - (SELECT CAST(count(*) AS BIGINT) FROM first) AS beyond) behind
LEFT JOIN (
  SELECT s.place, s.class, s.vkey, s.reading_id, s.specialty, s.site_id, st.name AS site_name
  FROM seen s CROSS JOIN site st
  WHERE st.site_id = s.site_id AND ($4 = '' OR s.specialty = $4) AND ($5 = '' OR s.site_id = $5)
) shown ON 1 = 1
ORDER BY shown.place, shown.class, shown.vkey, shown.reading_id
