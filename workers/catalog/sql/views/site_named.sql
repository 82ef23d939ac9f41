SELECT site_id FROM site WHERE organisation_id = $1 AND (site_id = $2 OR name = $2)
