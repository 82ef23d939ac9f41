SELECT origin, value, recorded_by FROM identifier WHERE scan_id = $1 ORDER BY origin, value LIMIT 50
