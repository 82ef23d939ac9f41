INSERT INTO absence (absence_id, organisation_id, pathologist_id, deputy_id, from_at, to_at, claims_end_at, reason, recorded_at, recorded_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
