INSERT INTO manifest (case_id, version, organisation_id, source, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6)
