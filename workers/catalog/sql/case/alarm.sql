UPDATE cases SET alarmed_at = $1
WHERE alarmed_at IS NULL AND case_id IN (
  SELECT case_id FROM cases WHERE alarmed_at IS NULL AND state <> 'signed_out' AND state <> 'triage' AND due_at <= $1 ORDER BY due_at, case_id LIMIT $2)
RETURNING case_id AS about, organisation_id, CASE state WHEN 'ready' THEN 'reading_overdue' ELSE 'case_overdue' END AS topic
