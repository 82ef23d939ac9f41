INSERT INTO manifest_slide (case_id, version, slide_id, organisation_id, expectation, reason, decided_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
