UPDATE incident SET pathologist_id = $2 WHERE incident_id = $1 AND closed_at IS NULL
