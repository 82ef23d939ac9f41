-- The extra work a case ($1) waits for, a row a slide.
SELECT w.work_id, w.reading_id, w.kind, w.reason, w.requested_at, w.deadline_at, p.name AS requester, w.pathologist_id,
  g.slide_id, g.name, g.stain, CAST(CASE WHEN g.current_scan_id IS NULL THEN 0 ELSE 1 END AS BIGINT) AS here
FROM reading r JOIN extra_work w ON w.reading_id = r.reading_id
JOIN pathologist p ON p.pathologist_id = w.pathologist_id
JOIN extra_work_slide s ON s.work_id = w.work_id JOIN slide g ON g.slide_id = s.slide_id
WHERE r.case_id = $1 AND w.closed_at IS NULL
ORDER BY w.requested_at, w.work_id, g.name, g.slide_id LIMIT 500
