SELECT scan_id FROM scan WHERE organisation_id = $1 AND digest = $2
