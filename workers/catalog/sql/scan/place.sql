SELECT s.slide_id, s.case_id, s.organisation_id, s.site_id, g.issuer, g.container, g.name, g.stain, g.current_scan_id
FROM scan s JOIN slide g ON g.slide_id = s.slide_id WHERE s.scan_id = $1
