UPDATE tray SET alarmed_at = $1
WHERE closed_at IS NULL AND alarmed_at IS NULL
  AND tray_id IN (SELECT tray_id FROM tray WHERE closed_at IS NULL AND kind <> 'quality' AND alarmed_at IS NULL AND deadline_at <= $1 ORDER BY deadline_at LIMIT $2)
RETURNING tray_id, organisation_id, code, kind
