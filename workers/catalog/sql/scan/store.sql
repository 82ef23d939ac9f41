INSERT INTO scan (scan_id, organisation_id, site_id, scanner_id, issuer, digest, size_bytes, attempt_id, pixels, identity, urgency, stored_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'stored', 'unmatched', $9, $10) ON CONFLICT (organisation_id, digest) DO NOTHING
