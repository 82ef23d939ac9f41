-- Rights that begin later count too: the index may propose what is refused, and must not hide what is allowed.
-- Only the index of holders gives that order: the planner must not go through all that is claimed for each, as it does
-- where it believes that nothing is.
SELECT p.pathologist_id, p.presence, p.active, p.max_active, p.idle_since,
  (SELECT count(*) FROM (SELECT 1 FROM reading r WHERE r.state = 'claimed' AND r.pathologist_id BETWEEN p.pathologist_id AND p.pathologist_id
    ORDER BY r.pathologist_id LIMIT 1000) mine) AS held,
  (SELECT string_agg(rr.pool_id::text, ',') FROM reading_right rr WHERE rr.pathologist_id = p.pathologist_id AND rr.valid_to > $2) AS pools
FROM pathologist p WHERE p.pathologist_id > $1 ORDER BY p.pathologist_id LIMIT 1000
