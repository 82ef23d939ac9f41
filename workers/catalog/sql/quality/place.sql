SELECT s.organisation_id, s.site_id, s.scanner_id, s.slide_id, s.case_id, s.urgency, s.pixels, c.priority
FROM scan s LEFT JOIN cases c ON c.case_id = s.case_id WHERE s.scan_id = $1
