UPDATE glass SET alarmed_at = $1 WHERE read_at IS NULL AND alarmed_at IS NULL AND (reading_id, slide_id) IN (
  SELECT reading_id, slide_id FROM glass WHERE read_at IS NULL AND alarmed_at IS NULL AND deadline_at <= $1 ORDER BY deadline_at LIMIT $2)
RETURNING organisation_id, case_id
