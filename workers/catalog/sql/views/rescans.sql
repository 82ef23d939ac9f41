SELECT r.rescan_id, r.slide_id, r.scan_id, r.scanner_id, r.code, r.reason, r.requested_at, r.requested_by,
  r.region_x, r.region_y, r.region_width, r.region_height,
  g.name AS slide_name, g.stain, c.case_id, c.number, c.issuer, c.priority, k.name AS scanner_name, st.name AS site_name
FROM rescan r
JOIN slide g ON g.slide_id = r.slide_id
JOIN cases c ON c.case_id = g.case_id
LEFT JOIN scan now_on ON now_on.scan_id = COALESCE(r.scan_id, g.current_scan_id)
LEFT JOIN scanner k ON k.scanner_id = COALESCE(r.scanner_id, now_on.scanner_id)
LEFT JOIN site st ON st.site_id = COALESCE(r.site_id, now_on.site_id, c.site_id)
WHERE r.done_at IS NULL AND r.organisation_id = $1 AND ($2 = '' OR st.site_id = $2) AND ($3 = '' OR k.scanner_id = $3)
ORDER BY CASE c.priority WHEN 'immediate' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END, r.requested_at, r.rescan_id
LIMIT 200
