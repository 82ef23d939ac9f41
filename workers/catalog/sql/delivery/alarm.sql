UPDATE delivery SET alarmed_at = $1
WHERE alarmed_at IS NULL AND delivery_id IN (
  SELECT delivery_id FROM delivery WHERE alarmed_at IS NULL AND state = 'arriving' AND changed_at <= $3 ORDER BY changed_at, delivery_id LIMIT $2)
RETURNING delivery_id AS about, organisation_id, 'arrival_stuck' AS topic
