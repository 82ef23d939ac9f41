-- What a batch of claims decides by: its pathologists ($1), the readings it may take: the wanted ($2) and, where $3 is 1, the immediate
-- ones these pathologists have a right to. $4: answered before?
WITH now AS MATERIALIZED (SELECT now_us AS us FROM clock),
urgent AS MATERIALIZED (
  SELECT rr.pathologist_id, i.vkey, i.reading_id
  FROM (SELECT pool_id, vkey, reading_id FROM reading_pool WHERE class = 0 AND $3 = 1 ORDER BY vkey, reading_id LIMIT 1024) i
  CROSS JOIN json_each($1) who CROSS JOIN now
  JOIN reading_right rr ON rr.pathologist_id = who.value AND rr.pool_id = i.pool_id AND rr.valid_from <= now.us AND rr.valid_to > now.us
  ORDER BY i.vkey, i.reading_id LIMIT 1024
)
SELECT
  (SELECT json_group_array(json_object('pathologist_id', p.pathologist_id, 'organisation_id', p.organisation_id, 'site_id', p.site_id,
      'name', p.name, 'active', p.active, 'max_active', p.max_active, 'points', p.points, 'max_points', p.max_points,
      'rights_version', p.rights_version,
      'presence', CASE WHEN EXISTS (SELECT 1 FROM absence a WHERE a.pathologist_id = p.pathologist_id AND a.cancelled_at IS NULL
        AND a.claims_end_at <= (SELECT us FROM now) AND a.to_at > (SELECT us FROM now)) THEN 'away' ELSE p.presence END))
    FROM json_each($1) who JOIN pathologist p ON p.pathologist_id = who.value) AS people,
  (SELECT json_group_array(json_object('organisation_id', i.organisation_id, 'command', i.command, 'idempotency_key', i.idempotency_key, 'answer', i.answer))
    FROM json_each($4) j JOIN idempotency i ON i.organisation_id = j.value ->> 'o' AND i.command = j.value ->> 'c' AND i.idempotency_key = j.value ->> 'k') AS answers,
  (SELECT json_group_array(json_object('pathologist_id', u.pathologist_id, 'reading_id', u.reading_id)) FROM urgent u) AS urgent,
  (SELECT json_group_array(json_object('reading_id', r.reading_id, 'state', r.state, 'fence', r.fence,
      'holder', (SELECT p.name FROM pathologist p WHERE p.pathologist_id = r.pathologist_id)))
    FROM reading r WHERE r.reading_id IN (SELECT value FROM json_each($2) UNION SELECT reading_id FROM urgent)) AS readings
