SELECT heat_map FROM quality WHERE scan_id = $1 AND heat_map IS NOT NULL
