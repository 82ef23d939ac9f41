SELECT l.slide_id, l.name, l.stain, l.container, l.current_scan_id, k.code AS block_code,
  m.expectation, m.reason
FROM slide l
JOIN cases c ON c.case_id = l.case_id
LEFT JOIN block k ON k.block_id = l.block_id
LEFT JOIN manifest_slide m ON m.case_id = c.case_id AND m.version = c.manifest_version AND m.slide_id = l.slide_id
WHERE l.case_id = $1
ORDER BY l.name, l.slide_id
LIMIT 5000
