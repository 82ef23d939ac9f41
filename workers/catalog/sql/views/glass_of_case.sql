-- The slides of a case ($1) that are to be read on glass.
SELECT d.reading_id, d.slide_id, g.name, g.stain, d.reason, d.deferred_at, d.deadline_at, d.read_at, p.name AS deferred_by
FROM reading r JOIN glass d ON d.reading_id = r.reading_id
JOIN slide g ON g.slide_id = d.slide_id JOIN pathologist p ON p.pathologist_id = d.pathologist_id
WHERE r.case_id = $1 ORDER BY d.deferred_at, d.reading_id, d.slide_id LIMIT 500
