INSERT INTO objection (case_id, excluded_organisation_id, organisation_id, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (case_id, excluded_organisation_id) DO NOTHING
