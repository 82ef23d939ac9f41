UPDATE tray SET first_released_by = COALESCE(first_released_by, $2) WHERE tray_id = $1 AND closed_at IS NULL
