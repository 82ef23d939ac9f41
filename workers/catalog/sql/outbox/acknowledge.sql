UPDATE outbox SET acknowledged_at = $2, acknowledged_by = $3, escalate_at = NULL, sent_at = COALESCE(sent_at, $2)
WHERE outbox_id = $1 AND acknowledged_at IS NULL
