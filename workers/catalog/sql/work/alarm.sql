UPDATE extra_work SET alarmed_at = $1 WHERE closed_at IS NULL AND alarmed_at IS NULL AND work_id IN (
  SELECT work_id FROM extra_work WHERE closed_at IS NULL AND alarmed_at IS NULL AND deadline_at <= $1 ORDER BY deadline_at LIMIT $2)
RETURNING organisation_id, case_id
