UPDATE scrub SET round = round + 1, began_at = $1, after_scan = '', scans = 0, bytes = 0, wrong = 0, done_at = NULL WHERE one = 1
