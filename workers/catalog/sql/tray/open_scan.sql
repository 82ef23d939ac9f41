INSERT INTO tray (tray_id, organisation_id, site_id, kind, code, detail, scan_id, delivery_id, best_guess_slide_id, owner_role, opened_at, deadline_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'operator', $10, $11)
ON CONFLICT (scan_id) WHERE closed_at IS NULL AND scan_id IS NOT NULL AND kind <> 'quality'
DO UPDATE SET kind = excluded.kind, code = excluded.code, detail = excluded.detail, best_guess_slide_id = excluded.best_guess_slide_id
