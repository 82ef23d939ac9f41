SELECT g.slide_id, g.current_scan_id, m.expectation, c.priority,
  CASE WHEN EXISTS (SELECT 1 FROM rescan r WHERE r.slide_id = g.slide_id AND r.done_at IS NULL AND r.requested_at <= $3) THEN 1 ELSE 0 END AS rescan_requested
FROM slide g JOIN cases c ON c.case_id = g.case_id
LEFT JOIN manifest_slide m ON m.case_id = c.case_id AND m.version = c.manifest_version AND m.slide_id = g.slide_id
WHERE g.issuer = $1 AND g.container = $2
