INSERT INTO audit (organisation_id, at, subject, action, purpose, basis, outcome, case_id, scan_id, reading_id, detail)
SELECT o, $2, s, a, u, b, 'done', k, NULL, r, d
FROM jsonb_to_recordset($1::jsonb) AS j(o text, s text, a text, u text, b text, k text, r text, d text)
