SELECT i.incident_id, i.case_id, t.reading_id, c.number FROM incident i JOIN report t ON t.report_id = i.report_id JOIN cases c ON c.case_id = i.case_id
WHERE i.pathologist_id = $1 AND i.closed_at IS NULL ORDER BY i.deadline_at, i.incident_id LIMIT 1000
