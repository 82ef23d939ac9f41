SELECT s.scan_id, s.slide_id, s.generation, s.pixels, s.identity, s.facts, s.stored_at, k.name AS scanner_name,
  q.verdict, q.flags
FROM scan s
LEFT JOIN scanner k ON k.scanner_id = s.scanner_id
LEFT JOIN quality q ON q.scan_id = s.scan_id
WHERE s.case_id = $1 AND s.slide_id IS NOT NULL
ORDER BY s.stored_at DESC, s.scan_id
LIMIT 10000
