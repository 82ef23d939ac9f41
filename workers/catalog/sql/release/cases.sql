SELECT DISTINCT t.case_id FROM report t
WHERE t.released_at IS NULL AND t.recalled_at IS NULL AND t.release_at <= $1
  AND NOT EXISTS (SELECT 1 FROM reading b WHERE b.case_id = t.case_id AND b.reading_id <> t.reading_id AND b.blocks = 1
    AND b.state IN ('not_ready', 'waiting', 'claimed'))
  AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.report_id = t.report_id AND i.closed_at IS NULL)
ORDER BY t.case_id LIMIT $2
