INSERT INTO slide (slide_id, organisation_id, case_id, issuer, container, name, stain) VALUES ($1, $2, $3, $4, $5, $6, $7)
