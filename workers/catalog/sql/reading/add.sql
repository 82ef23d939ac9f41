-- One more reading of a case, beside another ($1): of the same pools and age unless said otherwise, offered from a stage on ($11).
INSERT INTO reading (reading_id, organisation_id, case_id, kind, slot, specialty, specialties, part, priority, points, state, tier, stage, stage_at,
  class, vkey, due_at, ready_at, cause, blocks, asked_by, question)
SELECT $2, r.organisation_id, r.case_id, $3, (SELECT max(x.slot) + 1 FROM reading x WHERE x.case_id = r.case_id),
  COALESCE(CAST($4 AS TEXT), r.specialty), COALESCE(CAST($4 AS TEXT), r.specialties), '',
  CASE WHEN CAST($5 AS BIGINT) IS NULL THEN r.priority ELSE 'routine' END, r.points, 'waiting', r.tier, CAST($11 AS BIGINT), CAST($6 AS BIGINT),
  CASE WHEN CAST($5 AS BIGINT) IS NULL THEN r.class ELSE 1 END, COALESCE(CAST($5 AS BIGINT), r.vkey), COALESCE(CAST($5 AS BIGINT), r.due_at),
  CAST($6 AS BIGINT), $7, CAST($8 AS BIGINT), $9, $10
FROM reading r WHERE r.reading_id = $1
