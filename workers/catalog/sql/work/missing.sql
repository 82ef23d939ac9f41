SELECT g.slide_id, g.name, g.stain FROM extra_work_slide o JOIN slide g ON g.slide_id = o.slide_id
WHERE o.work_id = $1 AND g.current_scan_id IS NULL ORDER BY g.slide_id LIMIT 100
