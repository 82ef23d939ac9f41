-- All that is in somebody's hands, urgent first.
SELECT r.reading_id, r.claim_id, r.fence, r.case_id, r.priority, r.points, r.due_at, r.offer_until, r.begun_at, c.number,
  CAST(CASE WHEN EXISTS (SELECT 1 FROM extra_work w WHERE w.reading_id = r.reading_id AND w.closed_at IS NULL) THEN 1 ELSE 0 END AS BIGINT) AS awaits
FROM reading r JOIN cases c ON c.case_id = r.case_id
WHERE r.pathologist_id = $1 AND r.state = 'claimed' ORDER BY r.class, r.vkey, r.reading_id LIMIT 1000
