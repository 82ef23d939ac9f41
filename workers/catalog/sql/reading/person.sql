INSERT INTO reading_person (reading_id, pathologist_id, organisation_id, role) VALUES ($1, $2, $3, $4)
ON CONFLICT (reading_id, pathologist_id) DO NOTHING
