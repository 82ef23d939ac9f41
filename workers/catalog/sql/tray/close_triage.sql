UPDATE tray SET closed_at = $2, closed_by = $3, resolution = $4 WHERE case_id = $1 AND kind = 'triage' AND closed_at IS NULL
