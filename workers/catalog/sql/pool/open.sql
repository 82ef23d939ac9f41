INSERT INTO pool (organisation_id, specialty) VALUES ($1, $2) ON CONFLICT (organisation_id, specialty) DO NOTHING
