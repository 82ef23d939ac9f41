-- The report the other readings of a case are compared with.
SELECT t.report_id, t.diagnosis_code FROM report t JOIN reading r ON r.reading_id = t.reading_id
WHERE t.case_id = $1 AND t.kind = 'report' AND t.recalled_at IS NULL AND r.cause = 'order' ORDER BY t.signed_at DESC, t.report_id LIMIT 1
