SELECT s.round, s.began_at, s.after_scan, s.scans, s.bytes, s.wrong, s.done_at, s.whole_began_at, s.whole_ended_at,
  (SELECT count(*) FROM scan WHERE pixels <> 'arriving') AS all_scans
FROM scrub s WHERE s.one = 1
