SELECT k.name, st.name AS site_name, CAST(count(s.scan_id) AS BIGINT) AS delivered, max(s.stored_at) AS last_at
FROM scanner k
JOIN site st ON st.site_id = k.site_id
LEFT JOIN scan s ON s.scanner_id = k.scanner_id AND s.stored_at >= $2
WHERE k.organisation_id = $1
GROUP BY k.scanner_id, k.name, st.name
ORDER BY st.name, k.name
LIMIT 500
