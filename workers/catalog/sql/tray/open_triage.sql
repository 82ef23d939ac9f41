INSERT INTO tray (tray_id, organisation_id, site_id, kind, code, detail, case_id, owner_role, opened_at, deadline_at)
VALUES ($1, $2, $3, 'triage', $4, $5, $6, 'manager', $7, $8)
