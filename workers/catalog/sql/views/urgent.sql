-- What calls for a pathologist ($1) at $2: the first $3 immediate readings in their pools, and what is offered to them. `offer_until` is
-- NULL for what waits. CROSS JOIN: in the order written; SQLite, which keeps no statistics, goes through all readings otherwise.
WITH called AS MATERIALIZED (
  SELECT reading_id FROM (
    SELECT DISTINCT i.vkey, i.reading_id
    FROM (SELECT pool_id, vkey, reading_id FROM reading_pool WHERE class = 0 ORDER BY vkey, reading_id LIMIT 1024) i
    CROSS JOIN reading_right rr
    WHERE rr.pathologist_id = $1 AND rr.pool_id = i.pool_id AND rr.valid_from <= $2 AND rr.valid_to > $2
    ORDER BY i.vkey, i.reading_id LIMIT $3) waits
  UNION ALL
  SELECT r.reading_id FROM reading r WHERE r.state = 'claimed' AND r.pathologist_id = $1 AND r.offer_until > $2
)
SELECT r.reading_id, r.case_id, r.specialty, r.priority, r.ready_at, r.due_at, r.claim_id, r.fence, r.offer_until,
  c.number, c.issuer, st.name AS site_name
FROM called CROSS JOIN reading r CROSS JOIN cases c CROSS JOIN site st
WHERE r.reading_id = called.reading_id AND c.case_id = r.case_id AND st.site_id = c.site_id
ORDER BY r.class, r.vkey, r.reading_id
