INSERT INTO block (block_id, organisation_id, case_id, specimen_id, code, version, body_site, pieces) VALUES ($1, $2, $3, $4, $5, 1, $6, $7)
