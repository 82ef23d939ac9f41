INSERT INTO exclusion (reading_id, pathologist_id, organisation_id, reason, until) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (reading_id, pathologist_id, reason) DO UPDATE SET until = excluded.until
