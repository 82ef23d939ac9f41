UPDATE identifier SET container = $4 WHERE scan_id = $1 AND origin = $2 AND value = $3
