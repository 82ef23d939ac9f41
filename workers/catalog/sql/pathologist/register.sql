INSERT INTO pathologist (pathologist_id, organisation_id, site_id, name, max_active, max_points) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (pathologist_id) DO NOTHING
