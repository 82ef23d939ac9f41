-- Tags on the task, tags of the pathologist, an overlap and its GIN index.
-- make
CREATE TABLE peer (task_id BIGINT PRIMARY KEY, tags INT[] NOT NULL, priority INT NOT NULL, due_at BIGINT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting', pathologist_id TEXT, claimed_at TIMESTAMPTZ);
INSERT INTO peer (task_id, tags, priority, due_at) SELECT n, ARRAY[pool::int], 1, vkey FROM bench_waiting;
CREATE INDEX peer_order ON peer (priority, due_at, task_id) WHERE state = 'waiting';
CREATE INDEX peer_tags ON peer USING gin (tags) WHERE state = 'waiting';
CREATE TABLE peer_assignment (task_id BIGINT PRIMARY KEY, pathologist_id TEXT NOT NULL, began_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp());
ANALYZE peer;
-- claim
WITH first AS MATERIALIZED (
  SELECT task_id FROM peer WHERE state = 'waiting' AND tags && $1
  ORDER BY priority, due_at, task_id LIMIT 1 FOR UPDATE SKIP LOCKED
), taken AS (
  UPDATE peer SET state = 'claimed', pathologist_id = $2, claimed_at = clock_timestamp() FROM first WHERE peer.task_id = first.task_id
  RETURNING peer.task_id
)
INSERT INTO peer_assignment (task_id, pathologist_id) SELECT task_id, $2 FROM taken RETURNING task_id
