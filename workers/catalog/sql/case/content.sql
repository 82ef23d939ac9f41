INSERT INTO case_content (case_id, version, organisation_id, recorded_at, recorded_by, requester, copy_to, clinical_details)
VALUES ($1, 1, $2, $3, $4, $5, $6, $7)
