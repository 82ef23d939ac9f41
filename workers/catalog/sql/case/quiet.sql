SELECT c.case_id, c.organisation_id FROM cases c JOIN issuer i ON i.issuer = c.issuer
WHERE c.state IN ('accessioned', 'partial') AND i.no_manifest = 'quiet'
  AND NOT EXISTS (SELECT 1 FROM manifest_slide m WHERE m.case_id = c.case_id AND m.version = c.manifest_version)
  AND (SELECT max(s.published_at) FROM scan s WHERE s.case_id = c.case_id) < $1 - i.quiet_minutes * 60000000
ORDER BY c.due_at LIMIT $2
