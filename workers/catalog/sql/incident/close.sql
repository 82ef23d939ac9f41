UPDATE incident SET closed_at = $3, closed_by = $4, resolution = $5, reason = $6, answer_report_id = $7
WHERE incident_id = $1 AND report_id = $2 AND closed_at IS NULL
