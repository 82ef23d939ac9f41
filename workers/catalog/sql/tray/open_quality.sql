INSERT INTO tray (tray_id, organisation_id, site_id, kind, code, detail, scan_id, owner_role, opened_at, deadline_at)
VALUES ($1, $2, $3, 'quality', $4, $5, $6, 'operator', $7, $8)
