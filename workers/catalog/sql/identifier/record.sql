INSERT INTO identifier (scan_id, origin, value, organisation_id, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (scan_id, origin, value, recorded_by) DO NOTHING
