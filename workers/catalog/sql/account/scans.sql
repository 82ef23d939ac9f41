SELECT s.scan_id, s.organisation_id, s.digest, s.pixels, s.identity, s.reason, g.container, s.stored_at, s.published_at
FROM scan s LEFT JOIN slide g ON g.slide_id = s.slide_id
WHERE s.scan_id > $1 OR ($3 = 1 AND s.scan_id = $1) ORDER BY s.scan_id LIMIT $2
