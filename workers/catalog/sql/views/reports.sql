SELECT t.report_id, t.kind, t.state, t.body, t.signed_at, t.case_revision, t.damage_reason, w.name
FROM report t
JOIN pathologist w ON w.pathologist_id = t.pathologist_id
WHERE t.case_id = $1
ORDER BY t.signed_at, t.report_id
LIMIT 100
