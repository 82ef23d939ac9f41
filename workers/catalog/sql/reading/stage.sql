SELECT case_id, organisation_id, state, priority, stage, stage_at FROM reading WHERE reading_id = $1
