WITH rights AS MATERIALIZED (
  SELECT pathologist_id, pool_id FROM reading_right
  WHERE pathologist_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) AND valid_from <= $2 AND valid_to > $2
), urgent AS MATERIALIZED (
  SELECT w.* FROM (SELECT DISTINCT pool_id FROM rights) o
  CROSS JOIN LATERAL (SELECT rp.pool_id, rp.class, rp.vkey, rp.reading_id FROM reading_pool rp WHERE rp.pool_id = o.pool_id AND rp.class = 0
    ORDER BY rp.vkey, rp.reading_id LIMIT 64) w
)
SELECT DISTINCT rights.pathologist_id, urgent.class, urgent.vkey, urgent.reading_id FROM rights JOIN urgent ON urgent.pool_id = rights.pool_id
ORDER BY urgent.class, urgent.vkey, urgent.reading_id LIMIT 1024
