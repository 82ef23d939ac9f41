UPDATE quality SET verdict = 'rescan' WHERE verdict = 'flagged' AND scan_id IN (SELECT scan_id FROM scan WHERE slide_id = $1 AND scan_id <> $2)
