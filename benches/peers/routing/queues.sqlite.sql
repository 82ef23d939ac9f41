-- A queue a pool, one job at a time, by priority, time and id within the queue; a pathologist's queues are asked one after
-- the other from one chosen by chance, so that there is no order between them.
-- make
CREATE TABLE peer (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'available', queue TEXT NOT NULL, priority INTEGER NOT NULL DEFAULT 1,
  attempt INTEGER NOT NULL DEFAULT 0, attempted_at INTEGER, attempted_by TEXT, scheduled_at INTEGER NOT NULL, args TEXT NOT NULL) STRICT;
INSERT INTO peer (id, queue, scheduled_at, args) SELECT n, 'pool_' || pool, vkey / 1000000 - 315576000, json_object('task', n) FROM bench_waiting;
CREATE INDEX peer_fetch ON peer (state, queue, priority, scheduled_at, id);
CREATE TABLE peer_assignment (task_id INTEGER PRIMARY KEY, pathologist_id TEXT NOT NULL, began_at INTEGER NOT NULL DEFAULT (unixepoch())) STRICT;
ANALYZE;
-- claim
UPDATE peer SET state = 'running', attempt = attempt + 1, attempted_at = unixepoch(), attempted_by = $2 WHERE id = (
  SELECT id FROM peer WHERE state = 'available' AND queue = $1 AND scheduled_at <= unixepoch()
  ORDER BY priority, scheduled_at, id LIMIT 1) RETURNING id AS task_id
