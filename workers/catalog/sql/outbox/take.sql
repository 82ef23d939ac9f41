UPDATE outbox SET next_at = $2, attempts = attempts + 1
WHERE outbox_id IN (
  SELECT outbox_id FROM outbox WHERE sent_at IS NULL AND next_at <= $1 AND ($4 = 1 OR topic NOT LIKE 'report%')
  ORDER BY CASE WHEN topic IN ('nobody_took_it', 'page_on_call') THEN 0 ELSE 1 END, next_at, outbox_id LIMIT $3)
RETURNING outbox_id, organisation_id, topic, body, created_at, attempts, step, escalate_at,
  (SELECT o.name FROM organisation o WHERE o.organisation_id = outbox.organisation_id) AS organisation
