SELECT agreement_id, organisation_id, reading_organisation_id, specialty, purpose, opens, legal_basis, valid_from, valid_to, revoked_at
FROM agreement WHERE organisation_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) AND reading_organisation_id = ANY (ARRAY(SELECT jsonb_array_elements_text($2::jsonb))) ORDER BY agreement_id
