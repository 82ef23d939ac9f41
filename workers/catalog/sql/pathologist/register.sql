INSERT INTO pathologist (pathologist_id, organisation_id, site_id, name, max_active) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (pathologist_id) DO NOTHING
