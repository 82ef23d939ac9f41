UPDATE scan SET identity = $2 WHERE scan_id = $1 AND identity <> 'matched'
