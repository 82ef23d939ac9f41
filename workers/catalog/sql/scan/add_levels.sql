UPDATE scan SET generation = $2, facts = $3, index_header_digest = $4, index_header_length = $5, index_size_bytes = $6,
  index_digest = $7, manifest_digest = $8
WHERE scan_id = $1 AND pixels = 'published' AND generation < $2
