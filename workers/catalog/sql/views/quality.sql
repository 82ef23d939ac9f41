SELECT q.verdict, q.flags, q.measures, q.reason, q.measured_at, q.decided_at, q.decided_by,
  CASE WHEN q.heat_map IS NULL THEN 0 ELSE 1 END AS has_heat_map,
  (SELECT min(t.deadline_at) FROM tray t WHERE t.scan_id = q.scan_id AND t.kind = 'quality' AND t.closed_at IS NULL) AS deadline_at
FROM quality q WHERE q.scan_id = $1
