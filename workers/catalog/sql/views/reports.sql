SELECT t.report_id, t.kind, t.state, t.body, t.signed_at, t.case_revision, t.damage_reason, w.name
FROM (
  SELECT report_id, kind, state, body, signed_at, case_revision, damage_reason, pathologist_id FROM report WHERE case_id = $1
  UNION ALL
  SELECT report_id, 'interim', 'signed', body, signed_at, case_revision, damage_reason, pathologist_id FROM interim_report WHERE case_id = $1
) t
JOIN pathologist w ON w.pathologist_id = t.pathologist_id
ORDER BY t.signed_at, t.report_id
LIMIT 100
