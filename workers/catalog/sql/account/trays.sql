SELECT t.tray_id, t.kind, t.code, t.scan_id, s.digest, d.name
FROM tray t LEFT JOIN scan s ON s.scan_id = t.scan_id LEFT JOIN delivery d ON d.delivery_id = t.delivery_id
WHERE t.closed_at IS NULL ORDER BY t.opened_at, t.tray_id LIMIT $1
