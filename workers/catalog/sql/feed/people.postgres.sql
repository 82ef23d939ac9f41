-- Rights that begin later count too: the index may propose what is refused, and must not hide what is allowed.
-- What they hold is counted once for all of the page: for each alone the planner may go through everything that is claimed, where it
-- believes that nothing is.
WITH page AS MATERIALIZED (
  SELECT pathologist_id, presence, active, max_active, idle_since FROM pathologist WHERE pathologist_id > $1 ORDER BY pathologist_id LIMIT 1000
), mine AS MATERIALIZED (
  SELECT pathologist_id, count(*) AS held FROM reading
  WHERE state = 'claimed' AND pathologist_id > $1 AND pathologist_id <= (SELECT max(pathologist_id) FROM page) GROUP BY pathologist_id
)
SELECT p.pathologist_id, p.presence, p.active, p.max_active, p.idle_since, COALESCE(mine.held, 0) AS held,
  (SELECT string_agg(rr.pool_id::text, ',') FROM reading_right rr WHERE rr.pathologist_id = p.pathologist_id AND rr.valid_to > $2) AS pools
FROM page p LEFT JOIN mine ON mine.pathologist_id = p.pathologist_id ORDER BY p.pathologist_id
