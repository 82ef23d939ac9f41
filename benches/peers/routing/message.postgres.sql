-- As pgmq reads with a condition: a message becomes invisible for ten minutes, in order of arrival, one pool after the other.
-- make
CREATE TABLE peer (msg_id BIGINT PRIMARY KEY, read_ct INT NOT NULL DEFAULT 0, enqueued_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  vt TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(), message JSONB);
INSERT INTO peer (msg_id, message) SELECT row_number() OVER (ORDER BY vkey), jsonb_build_object('task', n, 'specialty', specialty, 'site', site) FROM bench_waiting;
CREATE INDEX peer_visible ON peer (vt);
CREATE TABLE peer_assignment (task_id BIGINT PRIMARY KEY, pathologist_id TEXT NOT NULL, began_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp());
ANALYZE peer;
-- claim
WITH first AS MATERIALIZED (
  SELECT msg_id FROM peer WHERE vt <= clock_timestamp() AND CASE WHEN $1::text = '{}' THEN true ELSE message @> $1::text::jsonb END
  ORDER BY msg_id LIMIT 1 FOR UPDATE SKIP LOCKED
), taken AS (
  UPDATE peer SET vt = clock_timestamp() + interval '10 minutes', read_ct = read_ct + 1 FROM first WHERE peer.msg_id = first.msg_id
  RETURNING peer.msg_id
)
INSERT INTO peer_assignment (task_id, pathologist_id) SELECT msg_id, $2 FROM taken RETURNING task_id
