INSERT INTO member (scan_id, n, organisation_id, name, size_bytes, blake3) VALUES ($1, $2, $3, $4, $5, $6)
