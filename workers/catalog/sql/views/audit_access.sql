INSERT INTO audit (organisation_id, at, subject, action, purpose, basis, outcome, case_id, scan_id, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
