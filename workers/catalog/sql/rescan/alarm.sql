UPDATE rescan SET alarmed_at = $1
WHERE alarmed_at IS NULL AND rescan_id IN (
  SELECT rescan_id FROM rescan WHERE alarmed_at IS NULL AND done_at IS NULL AND requested_at <= $3 ORDER BY requested_at, rescan_id LIMIT $2)
RETURNING slide_id AS about, organisation_id, 'rescan_overdue' AS topic
