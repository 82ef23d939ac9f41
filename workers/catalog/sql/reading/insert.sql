INSERT INTO reading (reading_id, organisation_id, case_id, kind, slot, specialty, specialties, part, points, priority, state, class, vkey,
  due_at, stage)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'not_ready', $11, $12, $13, $14)
