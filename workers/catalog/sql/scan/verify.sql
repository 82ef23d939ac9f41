UPDATE scan SET pixels = 'verified', verified_at = $2 WHERE scan_id = $1 AND pixels = 'published' RETURNING organisation_id, site_id, case_id
