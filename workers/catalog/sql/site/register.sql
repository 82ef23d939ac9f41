INSERT INTO site (site_id, organisation_id, name) VALUES ($1, $2, $3) ON CONFLICT (site_id) DO NOTHING
