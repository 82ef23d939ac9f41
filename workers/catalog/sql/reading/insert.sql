INSERT INTO reading (reading_id, organisation_id, case_id, kind, slot, specialty, priority, state, class, vkey, due_at)
VALUES ($1, $2, $3, $4, 1, $5, $6, 'not_ready', $7, $8, $9)
