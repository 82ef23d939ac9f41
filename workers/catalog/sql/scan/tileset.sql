SELECT generation, index_header_digest, index_header_length, manifest_digest, facts FROM scan WHERE scan_id = $1 AND pixels = 'published'
