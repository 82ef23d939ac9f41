SELECT r.reading_id, r.state, (SELECT p.name FROM pathologist p WHERE p.pathologist_id = r.pathologist_id) AS holder
FROM reading r WHERE r.reading_id IN (SELECT value FROM json_each($1)) ORDER BY r.reading_id
