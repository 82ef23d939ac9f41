INSERT INTO credential (pathologist_id, organisation_id, specialty, tier, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (pathologist_id, specialty) DO NOTHING
