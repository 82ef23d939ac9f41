SELECT i.incident_id, i.case_id, i.report_id, i.scan_id, i.code, i.opened_at, i.deadline_at, c.number FROM incident i
JOIN cases c ON c.case_id = i.case_id WHERE i.pathologist_id = $1 AND i.closed_at IS NULL ORDER BY i.deadline_at, i.incident_id LIMIT 200
