INSERT INTO audit (organisation_id, at, subject, action, purpose, basis, outcome, case_id, scan_id, reading_id, detail)
SELECT value ->> 'o', $2, value ->> 's', value ->> 'a', value ->> 'u', value ->> 'b', 'done', value ->> 'k', NULL, value ->> 'r', value ->> 'd' FROM json_each($1)
