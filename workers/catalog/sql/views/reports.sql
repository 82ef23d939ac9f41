SELECT t.report_id, t.kind, t.state, t.body, t.signed_at, t.case_revision, t.damage_reason, t.pathologist_id, t.released_at, t.recalled_at, w.name
FROM (
  SELECT report_id, kind, state, body, signed_at, case_revision, damage_reason, pathologist_id, released_at, recalled_at FROM report WHERE case_id = $1
  UNION ALL
  SELECT report_id, 'interim', 'signed', body, signed_at, case_revision, damage_reason, pathologist_id, NULL, NULL FROM interim_report WHERE case_id = $1
) t
JOIN pathologist w ON w.pathologist_id = t.pathologist_id
ORDER BY t.signed_at, t.report_id
LIMIT 100
