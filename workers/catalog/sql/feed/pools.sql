SELECT n.pool_id, n.readings,
  (SELECT h.reading_id FROM reading_pool h WHERE h.pool_id = n.pool_id ORDER BY h.class, h.vkey, h.reading_id LIMIT 1) AS head
FROM (SELECT pool_id, count(*) AS readings FROM reading_pool GROUP BY pool_id) n
