SELECT pathologist_id, organisation_id, site_id, name, presence, active, max_active, points, max_points, epoch, rights_version
FROM pathologist WHERE pathologist_id IN (SELECT value FROM json_each($1)) ORDER BY pathologist_id
