SELECT tray_id, organisation_id, kind, code, scan_id, delivery_id, best_guess_slide_id, closed_at FROM tray WHERE tray_id = $1
