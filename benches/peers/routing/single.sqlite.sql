-- One index in order, and a filter.
-- make
CREATE TABLE peer (task_id INTEGER PRIMARY KEY, specialty INTEGER NOT NULL, site INTEGER NOT NULL, priority INTEGER NOT NULL, due_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting', pathologist_id TEXT, claimed_at INTEGER) STRICT;
INSERT INTO peer (task_id, specialty, site, priority, due_at) SELECT n, specialty, site, 1, vkey FROM bench_waiting;
CREATE INDEX peer_order ON peer (priority, due_at, task_id) WHERE state = 'waiting';
CREATE TABLE peer_assignment (task_id INTEGER PRIMARY KEY, pathologist_id TEXT NOT NULL, began_at INTEGER NOT NULL DEFAULT (unixepoch())) STRICT;
ANALYZE;
-- claim
UPDATE peer SET state = 'claimed', pathologist_id = $3, claimed_at = unixepoch() WHERE task_id = (
  SELECT task_id FROM peer WHERE state = 'waiting' AND specialty IN (SELECT value FROM json_each($1)) AND site IN (SELECT value FROM json_each($2))
  ORDER BY priority, due_at, task_id LIMIT 1) RETURNING task_id
