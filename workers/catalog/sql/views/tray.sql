SELECT t.tray_id, t.scan_id, t.kind, t.code, t.detail, t.opened_at, t.deadline_at, t.owner_role, t.first_released_by,
  st.name AS site_name,
  COALESCE(k.name, dk.name) AS scanner_name,
  COALESCE((SELECT m.name FROM member m WHERE m.scan_id = t.scan_id AND m.n = 0), d.name) AS file_name,
  sc.facts, l.slide_id, l.name AS slide_name, l.current_scan_id, c.case_id, c.number, c.issuer
FROM tray t
JOIN site st ON st.site_id = t.site_id
LEFT JOIN scan sc ON sc.scan_id = t.scan_id
LEFT JOIN scanner k ON k.scanner_id = sc.scanner_id
LEFT JOIN delivery d ON d.delivery_id = t.delivery_id
LEFT JOIN scanner dk ON dk.scanner_id = d.scanner_id
LEFT JOIN slide l ON l.slide_id = COALESCE(t.best_guess_slide_id, CASE WHEN t.kind = 'quality' THEN sc.slide_id END)
LEFT JOIN cases c ON c.case_id = COALESCE(l.case_id, t.case_id)
WHERE t.closed_at IS NULL AND t.kind = $1 AND t.organisation_id = $2 AND ($3 = '' OR t.site_id = $3)
ORDER BY t.opened_at, t.tray_id
LIMIT 200
