UPDATE scan SET pixels = 'published', generation = $2, published_generation = $2, facts = $3, index_header_digest = $4,
  index_header_length = $5, index_size_bytes = $6, index_digest = $7, manifest_digest = $8, published_at = $9
WHERE scan_id = $1 AND pixels = 'stored' AND generation < $2
RETURNING organisation_id, site_id, urgency
