INSERT INTO exclusion (reading_id, pathologist_id, organisation_id, reason, until)
SELECT reading_id, $2, $3, 'objection', 9223372036854775807 FROM reading WHERE case_id = $1
ON CONFLICT (reading_id, pathologist_id, reason) DO NOTHING
