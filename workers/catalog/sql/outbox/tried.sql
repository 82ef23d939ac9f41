UPDATE outbox SET sent_at = $3, next_at = $4, escalate_at = COALESCE(escalate_at, $5), last_error = $6
WHERE outbox_id = $1 AND step = $2 AND sent_at IS NULL
