UPDATE scan SET pixels = 'stored', reason_code = NULL, reason = NULL
WHERE scan_id = $1 AND pixels IN ('refused', 'quarantined')
