INSERT INTO patient_number (issuer, value, organisation_id, patient_id) VALUES ($1, $2, $3, $4)
