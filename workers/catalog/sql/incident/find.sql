SELECT incident_id, case_id, report_id, pathologist_id, closed_at FROM incident WHERE incident_id = $1
