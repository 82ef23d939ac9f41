SELECT e.reading_id, e.pathologist_id, max(e.until) AS until FROM exclusion e
WHERE (e.reading_id, e.pathologist_id) > ($1, $2) AND e.until > $3
  AND EXISTS (SELECT 1 FROM reading_pool rp WHERE rp.reading_id = e.reading_id)
GROUP BY e.reading_id, e.pathologist_id ORDER BY e.reading_id, e.pathologist_id LIMIT 1000
