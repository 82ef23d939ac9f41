SELECT pathologist_id FROM pathologist WHERE pathologist_id = $1 FOR UPDATE
