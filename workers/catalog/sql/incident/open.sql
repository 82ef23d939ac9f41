-- To whoever signed, or who stands in for them.
INSERT INTO incident (organisation_id, case_id, report_id, scan_id, code, owner_role, pathologist_id, opened_at, deadline_at)
SELECT r.organisation_id, r.case_id, r.report_id, $2, $3, 'signer', COALESCE((SELECT min(a.deputy_id) FROM absence a WHERE a.pathologist_id = r.pathologist_id
  AND a.applied_at IS NOT NULL AND a.cancelled_at IS NULL AND a.to_at > $4), r.pathologist_id), $4, $5
FROM report r WHERE r.case_id = $1 AND r.kind = 'report' AND r.recalled_at IS NULL
