SELECT s.scan_id, s.generation, s.published_generation, s.pixels FROM slide g JOIN scan s ON s.scan_id = g.current_scan_id WHERE g.case_id = $1 ORDER BY s.scan_id
