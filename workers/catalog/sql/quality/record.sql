INSERT INTO quality (scan_id, organisation_id, verdict, flags, measures, heat_map, reason, measured_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (scan_id) DO NOTHING
