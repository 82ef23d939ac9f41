-- Open work that a slide belongs to and that has every slide scanned now.
SELECT w.work_id, w.case_id, w.reading_id, w.organisation_id FROM extra_work w JOIN extra_work_slide s ON s.work_id = w.work_id
WHERE s.slide_id = $1 AND w.closed_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM extra_work_slide o JOIN slide g ON g.slide_id = o.slide_id WHERE o.work_id = w.work_id AND g.current_scan_id IS NULL)
ORDER BY w.work_id LIMIT 20
