SELECT DISTINCT specialty FROM pool WHERE organisation_id = $1 AND specialties = 1 AND scope = 'network' ORDER BY specialty LIMIT 200
