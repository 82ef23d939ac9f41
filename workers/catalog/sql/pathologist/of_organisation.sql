SELECT pathologist_id FROM pathologist WHERE organisation_id = $1 ORDER BY pathologist_id
