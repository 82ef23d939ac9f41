SELECT state, changed_at, scan_id FROM delivery WHERE delivery_id = $1
