SELECT agreement_id, organisation_id, reading_organisation_id, specialty, purpose, opens, legal_basis, valid_from, valid_to, revoked_at
FROM agreement WHERE organisation_id IN (SELECT value FROM json_each($1)) AND reading_organisation_id IN (SELECT value FROM json_each($2)) ORDER BY agreement_id
