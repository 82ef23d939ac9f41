INSERT INTO rescan (organisation_id, slide_id, reason, requested_at, requested_by) VALUES ($1, $2, $3, $4, $5)
