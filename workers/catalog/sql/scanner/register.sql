INSERT INTO scanner (scanner_id, organisation_id, site_id, name, issuer) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (scanner_id) DO NOTHING
