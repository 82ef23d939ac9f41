-- Rights that begin later count too: the index may propose what is refused, and must not hide what is allowed.
-- What they hold is counted once for all: for each alone the planner may go through everything that is claimed, where it believes that
-- nothing is.
WITH mine AS MATERIALIZED (
  SELECT pathologist_id, count(*) AS held FROM reading
  WHERE state = 'claimed' AND pathologist_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) GROUP BY pathologist_id
)
SELECT p.pathologist_id, p.presence, p.active, p.max_active, p.idle_since, COALESCE(mine.held, 0) AS held,
  (SELECT string_agg(rr.pool_id::text, ',') FROM reading_right rr WHERE rr.pathologist_id = p.pathologist_id AND rr.valid_to > $2) AS pools
FROM pathologist p LEFT JOIN mine ON mine.pathologist_id = p.pathologist_id
WHERE p.pathologist_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb)))
