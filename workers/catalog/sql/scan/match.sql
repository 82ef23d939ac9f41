UPDATE scan SET identity = 'matched', slide_id = $2, case_id = $3, matched_at = $4, matched_by = $5, expected_slide_id = NULL WHERE scan_id = $1
