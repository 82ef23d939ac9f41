SELECT i.no_manifest, i.quiet_minutes,
  (SELECT max(s.published_at) FROM scan s WHERE s.case_id = c.case_id) AS last_arrival
FROM cases c JOIN issuer i ON i.issuer = c.issuer WHERE c.case_id = $1
