SELECT s.scan_id FROM identifier d JOIN scan s ON s.scan_id = d.scan_id
WHERE d.container = $2 AND s.issuer = $1 AND s.identity <> 'matched' AND s.pixels IN ('published', 'verified')
GROUP BY s.scan_id, s.stored_at ORDER BY s.stored_at LIMIT 50
