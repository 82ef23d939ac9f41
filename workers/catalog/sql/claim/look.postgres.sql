-- What a batch of claims decides by, read in a snapshot that is younger than the locks of its pathologists ($1); locks the readings it may
-- take, in order of id: the wanted ($2) and, where $3 is 1, the immediate ones these pathologists have a right to. $4: answered before?
-- LATERAL with OFFSET 0: by the keys, whatever the planner guesses of the JSON.
WITH who AS MATERIALIZED (SELECT v AS id FROM jsonb_array_elements_text($1::jsonb) v),
urgent AS MATERIALIZED (
  SELECT who.id AS pathologist_id, i.vkey, i.reading_id
  FROM (SELECT pool_id, vkey, reading_id FROM reading_pool WHERE class = 0 AND $3 = 1 ORDER BY vkey, reading_id LIMIT 1024) i CROSS JOIN who
  CROSS JOIN LATERAL (SELECT 1 FROM reading_right rr WHERE rr.pathologist_id = who.id AND rr.pool_id = i.pool_id
    AND rr.valid_from <= (SELECT now_us FROM clock) AND rr.valid_to > (SELECT now_us FROM clock) OFFSET 0) mine
  ORDER BY i.vkey, i.reading_id LIMIT 1024
), readings AS MATERIALIZED (
  SELECT r.reading_id, r.state, r.fence, r.pathologist_id FROM reading r
  WHERE r.reading_id = ANY (ARRAY(SELECT jsonb_array_elements_text($2::jsonb) UNION SELECT reading_id FROM urgent))
  ORDER BY r.reading_id FOR UPDATE
)
SELECT
  (SELECT json_agg(p) FROM who CROSS JOIN LATERAL (
    SELECT one.pathologist_id, one.organisation_id, one.site_id, one.name, one.active, one.max_active, one.points, one.max_points, one.rights_version,
      CASE WHEN EXISTS (SELECT 1 FROM absence a WHERE a.pathologist_id = one.pathologist_id AND a.cancelled_at IS NULL
        AND a.claims_end_at <= (SELECT now_us FROM clock) AND a.to_at > (SELECT now_us FROM clock)) THEN 'away' ELSE one.presence END AS presence
    FROM pathologist one WHERE one.pathologist_id = who.id OFFSET 0) p)::text AS people,
  (SELECT json_agg(kept) FROM jsonb_to_recordset($4::jsonb) AS j(o text, c text, k text) CROSS JOIN LATERAL (
    SELECT i.organisation_id, i.command, i.idempotency_key, i.answer FROM idempotency i
    WHERE i.organisation_id = j.o AND i.command = j.c AND i.idempotency_key = j.k OFFSET 0) kept)::text AS answers,
  (SELECT json_agg(u ORDER BY u.vkey, u.reading_id) FROM urgent u)::text AS urgent,
  (SELECT json_agg(one) FROM (SELECT r.reading_id, r.state, r.fence,
    (SELECT p.name FROM pathologist p WHERE p.pathologist_id = r.pathologist_id) AS holder FROM readings r) one)::text AS readings
