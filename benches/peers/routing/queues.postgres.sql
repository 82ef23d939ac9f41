-- As River fetches: a queue a pool, one job at a time, by priority, time and id within the queue; a pathologist's queues are
-- asked one after the other from one chosen by chance, so that there is no order between them. Leaner than River's own table, whose claims also
-- write its indexes of kind, arguments and metadata (riverqueue/river, migration 002).
-- make
CREATE TABLE peer (id BIGINT PRIMARY KEY, state TEXT NOT NULL DEFAULT 'available', queue TEXT NOT NULL, priority SMALLINT NOT NULL DEFAULT 1,
  attempt SMALLINT NOT NULL DEFAULT 0, attempted_at TIMESTAMPTZ, attempted_by TEXT[], scheduled_at TIMESTAMPTZ NOT NULL, args JSONB NOT NULL);
INSERT INTO peer (id, queue, scheduled_at, args)
SELECT n, 'pool_' || pool, to_timestamp(vkey / 1e6) - interval '10 years', jsonb_build_object('task', n) FROM bench_waiting;
CREATE INDEX peer_fetch ON peer (state, queue, priority, scheduled_at, id);
CREATE TABLE peer_assignment (task_id BIGINT PRIMARY KEY, pathologist_id TEXT NOT NULL, began_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp());
ANALYZE peer;
-- claim
WITH first AS MATERIALIZED (
  SELECT id FROM peer WHERE state = 'available' AND queue = $1 AND scheduled_at <= now()
  ORDER BY priority, scheduled_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
), taken AS (
  UPDATE peer SET state = 'running', attempt = attempt + 1, attempted_at = now(), attempted_by = array_append(attempted_by, $2)
  FROM first WHERE peer.id = first.id RETURNING peer.id
)
INSERT INTO peer_assignment (task_id, pathologist_id) SELECT id, $2 FROM taken RETURNING task_id
