SELECT case_id, organisation_id, priority, due_at, vkey FROM reading WHERE reading_id = $1
