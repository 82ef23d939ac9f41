INSERT INTO incident (organisation_id, case_id, report_id, scan_id, code, owner_role, opened_at, deadline_at)
SELECT r.organisation_id, r.case_id, r.report_id, $2, $3, 'signer', $4, $5 FROM report r WHERE r.case_id = $1
