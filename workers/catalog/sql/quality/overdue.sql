UPDATE tray SET closed_at = $1, alarmed_at = $1, closed_by = 'system:route', resolution = 'released: nobody decided in time'
WHERE closed_at IS NULL AND kind = 'quality'
  AND tray_id IN (SELECT tray_id FROM tray WHERE closed_at IS NULL AND kind = 'quality' AND deadline_at <= $1 ORDER BY deadline_at LIMIT $2)
RETURNING tray_id, organisation_id, scan_id, code
