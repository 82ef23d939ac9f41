INSERT INTO organisation (organisation_id, name) VALUES ($1, $2) ON CONFLICT (organisation_id) DO NOTHING
