SELECT pathologist_id FROM pathologist WHERE pathologist_id = $1 OR name = $1 ORDER BY pathologist_id LIMIT 1
