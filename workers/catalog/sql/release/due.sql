-- Signed reports of a case whose delay is over, that nothing holds back: no blocking reading open, no incident unanswered.
SELECT t.report_id, t.organisation_id, t.kind, c.report_of_record FROM report t JOIN cases c ON c.case_id = t.case_id
WHERE t.case_id = $1 AND t.released_at IS NULL AND t.recalled_at IS NULL AND t.release_at <= $2
  AND NOT EXISTS (SELECT 1 FROM reading b WHERE b.case_id = t.case_id AND b.reading_id <> t.reading_id AND b.blocks = 1
    AND b.state IN ('not_ready', 'waiting', 'claimed'))
  AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.report_id = t.report_id AND i.closed_at IS NULL)
ORDER BY t.signed_at, t.report_id LIMIT 100
