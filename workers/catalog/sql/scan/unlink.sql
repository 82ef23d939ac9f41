UPDATE scan SET identity = 'unmatched', slide_id = NULL, case_id = NULL, matched_at = NULL, matched_by = NULL WHERE scan_id = $1 AND identity = 'matched'
