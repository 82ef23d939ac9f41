UPDATE slide SET current_scan_id = (SELECT s.scan_id FROM scan s WHERE s.slide_id = $1 AND s.scan_id <> $2 ORDER BY s.matched_at DESC, s.scan_id LIMIT 1)
WHERE slide_id = $1 AND current_scan_id = $2
