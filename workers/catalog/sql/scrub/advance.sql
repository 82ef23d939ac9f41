UPDATE scrub SET after_scan = $2, scans = scans + 1, bytes = bytes + $3, wrong = wrong + $4 WHERE one = 1 AND round = $1 AND after_scan < $2
