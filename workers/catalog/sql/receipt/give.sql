INSERT INTO receipt (receipt_id, organisation_id, scan_id, door, name, at) VALUES ($1, $2, $3, $4, $5, $6)
