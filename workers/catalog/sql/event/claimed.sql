INSERT INTO event (organisation_id, kind, at, case_id, scan_id, reading_id, pathologist_id, fence, detail)
SELECT value ->> 'o', 'claimed', $2, value ->> 'k', NULL, value ->> 'r', value ->> 'p', value ->> 'f', '' FROM json_each($1) WHERE true
RETURNING event_id AS position
