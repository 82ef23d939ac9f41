UPDATE tray SET closed_at = $2, closed_by = $3, resolution = $4 WHERE delivery_id = $1 AND scan_id IS NULL AND closed_at IS NULL
