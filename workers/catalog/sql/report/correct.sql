INSERT INTO report (report_id, organisation_id, case_id, reading_id, kind, state, pathologist_id, fence, case_revision, body, acknowledged, signed_at,
  damage_reason, release_at, corrects, changes, version)
SELECT $1, t.organisation_id, t.case_id, t.reading_id, $3, 'signed', $4, t.fence, $5, $6, $7, $8, '', $9, t.report_id, $10,
  COALESCE((SELECT max(x.version) FROM report x WHERE x.corrects = t.report_id), 1) + 1
FROM report t WHERE t.report_id = $2 RETURNING version
