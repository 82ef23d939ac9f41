SELECT DISTINCT part, specimen_type FROM specimen WHERE case_id = $1 ORDER BY part LIMIT 100
