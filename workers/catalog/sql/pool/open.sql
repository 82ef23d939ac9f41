INSERT INTO pool (organisation_id, specialty, scope, scope_key, specialties) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (organisation_id, specialty, scope, scope_key) DO NOTHING RETURNING pool_id
