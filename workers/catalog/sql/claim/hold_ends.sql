-- Begun work that moves soon and whose page is silent, not told of yet. $2, $3, $4: microseconds of notice by priority.
SELECT claim_id, fence, pathologist_id, reading_id FROM reading
WHERE state = 'claimed' AND begun_at IS NOT NULL AND (lease_until <= $1 OR hold_until <= $1)
  AND hold_until - CASE priority WHEN 'immediate' THEN CAST($2 AS BIGINT) WHEN 'urgent' THEN CAST($3 AS BIGINT) ELSE CAST($4 AS BIGINT) END <= $1
  AND NOT EXISTS (SELECT 1 FROM extra_work w WHERE w.reading_id = reading.reading_id AND w.closed_at IS NULL)
  AND (told_for IS NULL OR told_for <> hold_until)
ORDER BY hold_until, reading_id LIMIT $5
