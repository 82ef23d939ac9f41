UPDATE agreement SET revoked_at = $2 WHERE agreement_id = $1 AND revoked_at IS NULL
RETURNING organisation_id, reading_organisation_id
