INSERT INTO case_number (issuer, value, organisation_id, case_id, role) VALUES ($1, $2, $3, $4, $5)
