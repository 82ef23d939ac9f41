SELECT outbox_id, topic, body, created_at, step, attempts, printed_at, escalate_at, last_error FROM outbox
WHERE organisation_id = $1 AND acknowledged_at IS NULL AND topic <> 'report_signed' AND topic NOT LIKE 'report%'
  AND (printed_at IS NOT NULL OR escalate_at IS NOT NULL OR sent_at IS NULL)
ORDER BY outbox_id LIMIT 200
