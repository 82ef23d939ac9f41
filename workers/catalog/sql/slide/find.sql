SELECT slide_id, case_id, name, stain, issuer, container, current_scan_id FROM slide WHERE slide_id = $1
