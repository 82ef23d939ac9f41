SELECT d.pathologist_id, d.body, d.saved_at, w.name
FROM draft d
JOIN reading r ON r.reading_id = d.reading_id
JOIN pathologist w ON w.pathologist_id = d.pathologist_id
WHERE r.case_id = $1
ORDER BY d.saved_at DESC
LIMIT 100
