INSERT INTO incident (organisation_id, case_id, report_id, code, owner_role, pathologist_id, opened_at, deadline_at)
SELECT r.organisation_id, r.case_id, r.report_id, $2, 'signer', COALESCE((SELECT min(a.deputy_id) FROM absence a WHERE a.pathologist_id = r.pathologist_id
  AND a.applied_at IS NOT NULL AND a.cancelled_at IS NULL AND a.to_at > $3), r.pathologist_id), $3, $4
FROM report r WHERE r.report_id = $1
