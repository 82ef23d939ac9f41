SELECT t.report_id, t.organisation_id, t.case_id, t.reading_id, t.kind, t.state, t.pathologist_id, t.released_at, t.recalled_at, t.fence, r.cause
FROM report t JOIN reading r ON r.reading_id = t.reading_id WHERE t.report_id = $1
