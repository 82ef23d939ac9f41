SELECT pathologist_id, organisation_id, site_id, name, presence, active, max_active, points, max_points, epoch, rights_version
FROM pathologist WHERE pathologist_id = $1 FOR UPDATE
