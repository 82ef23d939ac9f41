INSERT INTO report (report_id, organisation_id, case_id, reading_id, kind, state, pathologist_id, fence, case_revision, body, acknowledged, signed_at,
  damage_reason, release_at, concordance, diagnosis_code)
VALUES ($1, $2, $3, $4, 'report', 'signed', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
