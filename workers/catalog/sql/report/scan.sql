INSERT INTO report_scan (report_id, scan_id, organisation_id, generation, opened) VALUES ($1, $2, $3, $4, $5)
