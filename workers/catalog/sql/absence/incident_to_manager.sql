UPDATE incident SET owner_role = 'manager' WHERE incident_id = $1 AND closed_at IS NULL
