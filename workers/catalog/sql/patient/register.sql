INSERT INTO patient (patient_id, organisation_id, version, family, given, born, sex, national_number) VALUES ($1, $2, 1, $3, $4, $5, $6, $7)
