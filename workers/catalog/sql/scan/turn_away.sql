UPDATE scan SET pixels = $2, reason_code = $3, reason = $4 WHERE scan_id = $1 AND pixels = 'stored' RETURNING organisation_id, site_id
