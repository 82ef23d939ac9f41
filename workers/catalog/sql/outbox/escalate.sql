UPDATE outbox SET step = step + 1, attempts = 0, sent_at = NULL, next_at = $1, escalate_at = NULL
WHERE escalate_at <= $1 AND outbox_id IN (
  SELECT outbox_id FROM outbox WHERE escalate_at <= $1 ORDER BY escalate_at, outbox_id LIMIT $2)
RETURNING outbox_id, organisation_id
