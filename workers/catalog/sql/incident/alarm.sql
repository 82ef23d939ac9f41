UPDATE incident SET alarmed_at = $1 WHERE closed_at IS NULL AND alarmed_at IS NULL AND incident_id IN (
  SELECT incident_id FROM incident WHERE closed_at IS NULL AND alarmed_at IS NULL AND deadline_at <= $1 ORDER BY deadline_at LIMIT $2)
RETURNING organisation_id, case_id
