UPDATE tray SET closed_at = $2, closed_by = $3, resolution = $4 WHERE scan_id = $1 AND closed_at IS NULL AND kind <> 'quality'
