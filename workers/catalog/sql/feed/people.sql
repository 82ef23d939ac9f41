-- Rights that begin later count too: the index may propose what is refused, and must not hide what is allowed.
SELECT p.pathologist_id, p.presence, p.active, p.max_active, p.idle_since,
  (SELECT count(*) FROM reading r WHERE r.pathologist_id = p.pathologist_id AND r.state = 'claimed') AS held,
  (SELECT group_concat(rr.pool_id) FROM reading_right rr WHERE rr.pathologist_id = p.pathologist_id AND rr.valid_to > $2) AS pools
FROM pathologist p WHERE p.pathologist_id > $1 ORDER BY p.pathologist_id LIMIT 1000
