INSERT INTO rescan (organisation_id, slide_id, reason, requested_at, requested_by, scan_id, scanner_id, site_id, code, region_x, region_y, region_width, region_height)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
