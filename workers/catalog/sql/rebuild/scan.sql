INSERT INTO scan (scan_id, organisation_id, site_id, scanner_id, issuer, digest, size_bytes, attempt_id, pixels, identity, generation, published_generation, urgency, facts,
  index_header_digest, index_header_length, index_size_bytes, index_digest, manifest_digest, stored_at, published_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'published', 'unmatched', $9, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT DO NOTHING
