SELECT pathologist_id FROM pathologist WHERE pathologist_id IN (SELECT value FROM json_each($1)) ORDER BY pathologist_id
