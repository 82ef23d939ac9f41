UPDATE outbox SET printed_at = $3, sent_at = $3, escalate_at = NULL, last_error = $4
WHERE outbox_id = $1 AND step = $2 AND sent_at IS NULL
