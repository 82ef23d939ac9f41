-- The reading that integrates the parts of a split case waits for them.
UPDATE reading SET state = 'waiting', ready_at = $2, stage_at = $2
WHERE case_id = $1 AND state = 'not_ready' AND (part <> '' OR NOT EXISTS (
  SELECT 1 FROM reading o WHERE o.case_id = $1 AND o.part <> '' AND o.state NOT IN ('signed_out', 'cancelled')))
RETURNING reading_id
