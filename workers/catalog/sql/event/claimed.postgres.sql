INSERT INTO event (organisation_id, kind, at, case_id, scan_id, reading_id, pathologist_id, fence, detail)
SELECT o, 'claimed', $2, k, NULL, r, p, f, '' FROM jsonb_to_recordset($1::jsonb) AS j(o text, k text, r text, p text, f bigint)
RETURNING xid AS position
