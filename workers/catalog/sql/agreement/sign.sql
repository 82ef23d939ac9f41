INSERT INTO agreement (agreement_id, organisation_id, reading_organisation_id, specialty, purpose, legal_basis, valid_from, valid_to, opens)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (agreement_id, specialty, purpose) DO NOTHING
