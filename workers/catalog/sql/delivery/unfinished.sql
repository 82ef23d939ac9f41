SELECT delivery_id, name, changed_at FROM delivery
WHERE state IN ('arriving', 'stuck') AND state = 'arriving' AND scanner_id = $1 AND changed_at <= $2
ORDER BY changed_at LIMIT 200
