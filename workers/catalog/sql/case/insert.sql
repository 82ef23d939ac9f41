INSERT INTO cases (case_id, organisation_id, site_id, patient_id, issuer, number, specialty, priority, state, revision, content_version,
  manifest_version, collected_at, received_at, accessioned_at, due_at, class, vkey, report_of_record, fingerprint)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $17, 1, 1, 1, $9, $10, $11, $12, $13, $14, $15, $16)
