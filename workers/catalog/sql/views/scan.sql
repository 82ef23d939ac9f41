SELECT s.scan_id, s.generation, s.pixels, s.identity, s.stored_at, s.published_at, s.size_bytes, s.digest, s.facts,
  st.name AS site_name, k.name AS scanner_name, q.verdict, q.flags
FROM scan s
JOIN site st ON st.site_id = s.site_id
LEFT JOIN scanner k ON k.scanner_id = s.scanner_id
LEFT JOIN quality q ON q.scan_id = s.scan_id
WHERE s.scan_id = $1
