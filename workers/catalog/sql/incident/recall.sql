INSERT INTO incident (organisation_id, case_id, report_id, scan_id, code, owner_role, pathologist_id, opened_at, deadline_at)
SELECT r.organisation_id, r.case_id, r.report_id, s.scan_id, 'damaged_scan', 'signer', r.pathologist_id, $2, $3
FROM report_scan s JOIN report r ON r.report_id = s.report_id WHERE s.scan_id = $1 AND r.kind = 'report' AND r.recalled_at IS NULL
