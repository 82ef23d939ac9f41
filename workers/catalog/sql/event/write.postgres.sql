INSERT INTO event (organisation_id, kind, at, case_id, scan_id, reading_id, pathologist_id, fence, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING xid AS position
