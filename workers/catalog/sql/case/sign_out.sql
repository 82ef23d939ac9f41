UPDATE cases SET state = 'signed_out', signed_out_at = $2
WHERE case_id = $1 AND NOT EXISTS (SELECT 1 FROM reading r WHERE r.case_id = $1 AND r.state IN ('not_ready', 'waiting', 'claimed')
  AND (r.blocks = 1 OR r.cause = 'order'))
