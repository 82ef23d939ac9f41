SELECT organisation_id, site_id, kind, scan_id, best_guess_slide_id FROM tray WHERE tray_id = $1
