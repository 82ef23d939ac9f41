INSERT INTO extra_work (work_id, organisation_id, case_id, reading_id, pathologist_id, kind, reason, manifest_version, requested_at, deadline_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
