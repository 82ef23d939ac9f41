UPDATE pathologist SET rights_version = rights_version + 1 WHERE pathologist_id = $1
