INSERT INTO case_clock (case_id, organisation_id, kind, started_at, due_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (case_id, kind) DO NOTHING
