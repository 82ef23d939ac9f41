SELECT agreement_id, organisation_id, reading_organisation_id, specialty, purpose, legal_basis, valid_from, valid_to, revoked_at
FROM agreement WHERE organisation_id = $1 AND reading_organisation_id = $2 ORDER BY agreement_id
