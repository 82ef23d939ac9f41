SELECT pathologist_id, organisation_id FROM reading_right WHERE pool_id = $1 ORDER BY pathologist_id
