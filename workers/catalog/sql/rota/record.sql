INSERT INTO rota (pathologist_id, starts_at, duty, organisation_id, ends_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (pathologist_id, starts_at, duty) DO UPDATE SET ends_at = excluded.ends_at
