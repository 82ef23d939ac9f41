SELECT a.audit_id, a.at, a.subject, a.action, a.purpose, a.basis, a.outcome, a.scan_id, a.reading_id, a.detail
FROM audit a
JOIN cases c ON c.case_id = a.case_id
WHERE a.case_id = $1 AND c.organisation_id = $2
ORDER BY a.audit_id DESC
LIMIT 500
