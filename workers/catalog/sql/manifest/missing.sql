SELECT m.slide_id FROM cases c
JOIN manifest_slide m ON m.case_id = c.case_id AND m.version = c.manifest_version AND m.expectation = 'expected'
JOIN slide g ON g.slide_id = m.slide_id
LEFT JOIN scan s ON s.scan_id = g.current_scan_id AND s.pixels IN ('published', 'verified', 'damaged')
WHERE c.case_id = $1 AND s.scan_id IS NULL ORDER BY m.slide_id
