UPDATE scan SET pixels = 'damaged', reason_code = 'digest_mismatch', reason = $2
WHERE scan_id = $1 AND pixels IN ('published', 'verified') RETURNING organisation_id, site_id
