SELECT scan_id, organisation_id, attempt_id, pixels, generation, index_header_digest, index_header_length, index_size_bytes, index_digest, manifest_digest
FROM scan WHERE (scan_id > $1 OR ($3 = 1 AND scan_id = $1)) AND pixels <> 'arriving' ORDER BY scan_id LIMIT $2
