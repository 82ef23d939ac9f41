SELECT pathologist_id, specialty, tier, valid_from, valid_to FROM credential WHERE pathologist_id IN (SELECT value FROM json_each($1)) ORDER BY pathologist_id, specialty
