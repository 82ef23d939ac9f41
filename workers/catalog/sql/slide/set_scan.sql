UPDATE slide SET current_scan_id = $2 WHERE slide_id = $1
