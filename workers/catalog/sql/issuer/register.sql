INSERT INTO issuer (issuer, organisation_id, numbers, code_pattern, no_manifest, quiet_minutes, report_of_record)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (issuer) DO NOTHING
