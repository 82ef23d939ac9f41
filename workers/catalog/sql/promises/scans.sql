SELECT 'a published scan without its index' AS promise, count(*) AS found
FROM scan WHERE pixels IN ('published', 'verified') AND (index_header_digest IS NULL OR generation = 0)
UNION ALL SELECT 'a scan in no case and in no tray', count(*)
FROM scan s WHERE s.identity <> 'matched' AND s.pixels <> 'stored'
  AND NOT EXISTS (SELECT 1 FROM tray t WHERE t.scan_id = s.scan_id AND t.kind <> 'quality')
UNION ALL SELECT 'a matched scan still lies in a tray', count(*)
FROM scan s JOIN tray t ON t.scan_id = s.scan_id AND t.closed_at IS NULL AND t.kind <> 'quality' WHERE s.identity = 'matched' AND s.pixels IN ('published', 'verified')
UNION ALL SELECT 'a scan shows a slide of another case', count(*)
FROM scan s JOIN slide g ON g.slide_id = s.slide_id WHERE s.case_id <> g.case_id OR s.organisation_id <> g.organisation_id
UNION ALL SELECT 'a slide names a scan that is not its own', count(*)
FROM slide g JOIN scan s ON s.scan_id = g.current_scan_id WHERE s.slide_id IS NULL OR s.slide_id <> g.slide_id
UNION ALL SELECT 'a scan without a receipt', count(*)
FROM scan s WHERE NOT EXISTS (SELECT 1 FROM receipt r WHERE r.scan_id = s.scan_id)
UNION ALL SELECT 'a delivery that waits for nobody', count(*)
FROM delivery d WHERE d.state = 'stuck' AND NOT EXISTS (SELECT 1 FROM tray t WHERE t.delivery_id = d.delivery_id)
UNION ALL SELECT 'a flagged scan about which nobody is asked', count(*)
FROM quality q WHERE (q.verdict = 'flagged') <> EXISTS (SELECT 1 FROM tray t WHERE t.scan_id = q.scan_id AND t.kind = 'quality' AND t.closed_at IS NULL)
UNION ALL SELECT 'a scan looked over without a record', count(*)
FROM job j WHERE j.kind = 'quality' AND j.state IN ('done', 'dead') AND NOT EXISTS (SELECT 1 FROM quality q WHERE q.scan_id = j.scan_id)
UNION ALL SELECT 'a rescan decided on and never asked for', count(*)
FROM tray t WHERE t.kind = 'quality' AND t.resolution = 'rescan' AND NOT EXISTS (SELECT 1 FROM rescan r WHERE r.scan_id = t.scan_id)
