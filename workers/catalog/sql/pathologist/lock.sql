SELECT pathologist_id, organisation_id, site_id, name, presence, active, max_active, epoch, rights_version
FROM pathologist WHERE pathologist_id = $1
