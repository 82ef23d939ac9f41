SELECT incident_id FROM incident WHERE report_id = $1 AND pathologist_id = $2 AND closed_at IS NULL ORDER BY incident_id LIMIT 1
