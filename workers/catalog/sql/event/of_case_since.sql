SELECT kind, at, scan_id, detail FROM event WHERE case_id = $1 AND kind = 'case_changed' AND fence > $2 ORDER BY event_id LIMIT 50
