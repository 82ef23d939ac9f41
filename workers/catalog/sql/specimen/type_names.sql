SELECT specimen_type FROM specimen WHERE case_id = $1 ORDER BY part, version LIMIT 100
