-- The statement everybody writes first: the first row in order of my specialties at my sites, skipping what is locked.
-- make
CREATE TABLE peer (task_id BIGINT PRIMARY KEY, specialty INT NOT NULL, site INT NOT NULL, priority INT NOT NULL, due_at BIGINT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting', pathologist_id TEXT, claimed_at TIMESTAMPTZ);
INSERT INTO peer (task_id, specialty, site, priority, due_at) SELECT n, specialty, site, 1, vkey FROM bench_waiting;
CREATE INDEX peer_order ON peer (priority, due_at, task_id) WHERE state = 'waiting';
CREATE INDEX peer_skill ON peer (specialty, site, priority, due_at) WHERE state = 'waiting';
CREATE TABLE peer_assignment (task_id BIGINT PRIMARY KEY, pathologist_id TEXT NOT NULL, began_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp());
ANALYZE peer;
-- claim
WITH first AS MATERIALIZED (
  SELECT task_id FROM peer WHERE state = 'waiting' AND specialty = ANY ($1) AND site = ANY ($2)
  ORDER BY priority, due_at, task_id LIMIT 1 FOR UPDATE SKIP LOCKED
), taken AS (
  UPDATE peer SET state = 'claimed', pathologist_id = $3, claimed_at = clock_timestamp() FROM first WHERE peer.task_id = first.task_id
  RETURNING peer.task_id
)
INSERT INTO peer_assignment (task_id, pathologist_id) SELECT task_id, $3 FROM taken RETURNING task_id
