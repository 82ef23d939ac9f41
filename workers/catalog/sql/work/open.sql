SELECT w.work_id, w.case_id, c.number, w.kind, w.reason, w.requested_at, w.deadline_at, p.name,
  CAST((SELECT count(*) FROM extra_work_slide s WHERE s.work_id = w.work_id) AS BIGINT) AS slides,
  CAST((SELECT count(*) FROM extra_work_slide s JOIN slide g ON g.slide_id = s.slide_id WHERE s.work_id = w.work_id AND g.current_scan_id IS NOT NULL) AS BIGINT) AS here
FROM extra_work w JOIN cases c ON c.case_id = w.case_id JOIN pathologist p ON p.pathologist_id = w.pathologist_id
WHERE w.organisation_id = $1 AND w.closed_at IS NULL ORDER BY w.deadline_at, w.work_id LIMIT 200
