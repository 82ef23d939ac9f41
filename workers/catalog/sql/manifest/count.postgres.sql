SELECT m.slide_id, m.expectation, CASE WHEN s.pixels IN ('published', 'verified') THEN 1::bigint ELSE 0::bigint END AS here
FROM cases c
JOIN manifest_slide m ON m.case_id = c.case_id AND m.version = c.manifest_version
JOIN slide g ON g.slide_id = m.slide_id
LEFT JOIN scan s ON s.scan_id = g.current_scan_id
WHERE c.case_id = $1 ORDER BY m.slide_id
