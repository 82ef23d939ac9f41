INSERT INTO tray (tray_id, organisation_id, site_id, kind, code, detail, delivery_id, owner_role, opened_at, deadline_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'operator', $8, $9)
ON CONFLICT (delivery_id) WHERE closed_at IS NULL AND scan_id IS NULL
DO UPDATE SET kind = excluded.kind, code = excluded.code, detail = excluded.detail
