SELECT 'two active claims of one reading' AS promise, count(*) AS found
FROM (SELECT reading_id FROM assignment WHERE state = 'active' GROUP BY reading_id HAVING count(*) > 1) q
UNION ALL SELECT 'a reading and its claim disagree', count(*)
FROM reading r LEFT JOIN assignment a ON a.reading_id = r.reading_id AND a.state = 'active'
WHERE (r.state = 'claimed') <> (a.claim_id IS NOT NULL)
   OR (r.state = 'claimed' AND (a.fence <> r.fence OR a.pathologist_id <> r.pathologist_id OR a.claim_id <> r.claim_id))
UNION ALL SELECT 'a claim outlived its reading', count(*)
FROM assignment a JOIN reading r ON r.reading_id = a.reading_id WHERE a.state = 'active' AND r.state <> 'claimed'
UNION ALL SELECT 'a claim names another case than its reading', count(*)
FROM assignment a JOIN reading r ON r.reading_id = a.reading_id WHERE a.case_id <> r.case_id OR a.organisation_id <> r.organisation_id
UNION ALL SELECT 'a pathologist''s count of held cases is wrong', count(*)
FROM pathologist p WHERE p.active <> (
  SELECT count(*) FROM reading r WHERE r.pathologist_id = p.pathologist_id AND r.state = 'claimed' AND r.priority <> 'immediate')
UNION ALL SELECT 'a pathologist''s points are wrong', count(*)
FROM pathologist p WHERE p.points <> COALESCE((
  SELECT sum(r.points) FROM reading r WHERE r.pathologist_id = p.pathologist_id AND r.state = 'claimed' AND r.priority <> 'immediate'), 0)
UNION ALL SELECT 'a pathologist holds more than they may', count(*) FROM pathologist p
WHERE p.active > p.max_active + (SELECT count(*) FROM reading r JOIN report t ON t.reading_id = r.reading_id AND t.recalled_at IS NOT NULL
  WHERE r.pathologist_id = p.pathologist_id AND r.state = 'claimed')
UNION ALL SELECT 'fences do not rise', count(*)
FROM assignment a JOIN assignment b ON b.reading_id = a.reading_id AND b.began_at > a.began_at AND b.fence <= a.fence
UNION ALL SELECT 'a reading signed out without exactly one report', count(*)
FROM reading r WHERE (r.state = 'signed_out') <> (1 = (SELECT count(*) FROM report t WHERE t.reading_id = r.reading_id AND t.kind = 'report' AND t.recalled_at IS NULL))
