INSERT INTO interim_report (report_id, organisation_id, reading_id, case_id, pathologist_id, claim_id, fence, case_revision, body, scans, acknowledged,
  damage_reason, signed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
