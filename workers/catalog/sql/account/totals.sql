SELECT (SELECT count(*) FROM cases WHERE ready_at IS NOT NULL) AS ready,
  (SELECT count(*) FROM cases WHERE state = 'signed_out') AS signed_out,
  (SELECT count(*) FROM tray) AS trays,
  (SELECT count(*) FROM tray WHERE closed_at IS NULL) AS trays_open
