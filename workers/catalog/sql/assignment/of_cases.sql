-- By way of the readings: assignments are found by their reading, and history is long.
SELECT DISTINCT a.case_id, a.reading_id, a.pathologist_id, a.state
FROM reading r JOIN assignment a ON a.reading_id = r.reading_id
WHERE r.case_id IN (SELECT value FROM json_each($1)) AND a.state IN ('active', 'signed_out') ORDER BY a.pathologist_id
