SELECT (SELECT count(*) FROM cases WHERE ready_at IS NOT NULL) AS ready,
  (SELECT count(*) FROM cases WHERE state = 'signed_out') AS signed_out,
  (SELECT count(*) FROM tray) AS trays,
  (SELECT count(*) FROM tray WHERE closed_at IS NULL) AS trays_open,
  (SELECT count(*) FROM scan s WHERE s.pixels IN ('published', 'verified') AND NOT EXISTS (SELECT 1 FROM quality q WHERE q.scan_id = s.scan_id)) AS unmeasured
