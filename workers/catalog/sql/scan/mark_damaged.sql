UPDATE scan SET pixels = 'damaged', reason_code = $2, reason = $3 WHERE scan_id = $1 AND pixels IN ('published', 'verified')
RETURNING organisation_id, site_id, case_id
