UPDATE delivery SET state = 'stored', scan_id = $2, changed_at = $3, deadline_at = NULL, reason = '' WHERE delivery_id = $1
