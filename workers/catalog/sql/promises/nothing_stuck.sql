SELECT 'a waiting reading in no pool' AS promise, count(*) AS found
FROM reading r WHERE r.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM reading_pool p WHERE p.reading_id = r.reading_id)
UNION ALL SELECT 'a reading in a pool that does not wait', count(*)
FROM reading_pool p JOIN reading r ON r.reading_id = p.reading_id WHERE r.state <> 'waiting' OR r.vkey <> p.vkey OR r.class <> p.class
UNION ALL SELECT 'a case is complete, but not ready', count(*)
FROM cases c WHERE c.state IN ('accessioned', 'partial')
  AND EXISTS (SELECT 1 FROM manifest_slide m WHERE m.case_id = c.case_id AND m.version = c.manifest_version)
  AND NOT EXISTS (
    SELECT 1 FROM manifest_slide m JOIN slide g ON g.slide_id = m.slide_id
    LEFT JOIN scan s ON s.scan_id = g.current_scan_id AND s.pixels IN ('published', 'verified')
    WHERE m.case_id = c.case_id AND m.version = c.manifest_version AND m.expectation = 'expected' AND s.scan_id IS NULL)
UNION ALL SELECT 'a ready case whose reading does not wait', count(*)
FROM cases c JOIN reading r ON r.case_id = c.case_id WHERE c.state = 'ready' AND r.state = 'not_ready'
  AND NOT EXISTS (SELECT 1 FROM reading o WHERE o.case_id = c.case_id AND o.part <> '' AND o.state NOT IN ('signed_out', 'cancelled'))
UNION ALL SELECT 'a waiting reading whose stage never ends without a manager told', count(*)
FROM reading r WHERE r.state = 'waiting' AND r.stage < 4 AND r.next_relax_at IS NULL
UNION ALL SELECT 'a case for triage about which nobody is asked', count(*)
FROM cases c WHERE (c.state = 'triage') <> EXISTS (SELECT 1 FROM tray t WHERE t.case_id = c.case_id AND t.kind = 'triage' AND t.closed_at IS NULL)
UNION ALL SELECT 'an open case without a clock', count(*)
FROM cases c WHERE NOT EXISTS (SELECT 1 FROM case_clock k WHERE k.case_id = c.case_id)
UNION ALL SELECT 'a stored scan without work that will publish it', count(*)
FROM scan s WHERE s.pixels = 'stored' AND NOT EXISTS (SELECT 1 FROM job j WHERE j.scan_id = s.scan_id AND j.state IN ('queued', 'leased'))
UNION ALL SELECT 'a published scan without work that will verify it', count(*)
FROM scan s WHERE s.pixels = 'published' AND NOT EXISTS (SELECT 1 FROM job j WHERE j.scan_id = s.scan_id AND j.kind = 'verify' AND j.state IN ('queued', 'leased'))
UNION ALL SELECT 'a signed report of a damaged scan that was not put to its signer', count(*)
FROM report_scan x JOIN scan s ON s.scan_id = x.scan_id JOIN report r ON r.report_id = x.report_id
WHERE s.pixels = 'damaged' AND r.damage_reason = '' AND r.kind = 'report' AND r.recalled_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.report_id = x.report_id AND i.scan_id = x.scan_id)
UNION ALL SELECT 'a signed report of the LIS that nobody sends', count(*)
FROM report r WHERE r.state = 'signed' AND r.released_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.topic = 'report_signed' AND o.body LIKE '%' || r.report_id || '%')
