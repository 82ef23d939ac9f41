-- A message queue read with a condition: invisible for ten minutes, in order of arrival, one pool after the other.
-- make
CREATE TABLE peer (msg_id INTEGER PRIMARY KEY, read_ct INTEGER NOT NULL DEFAULT 0, vt INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL) STRICT;
INSERT INTO peer (msg_id, message) SELECT row_number() OVER (ORDER BY vkey), json_object('task', n, 'specialty', specialty, 'site', site) FROM bench_waiting;
CREATE INDEX peer_visible ON peer (vt);
CREATE TABLE peer_assignment (task_id INTEGER PRIMARY KEY, pathologist_id TEXT NOT NULL, began_at INTEGER NOT NULL DEFAULT (unixepoch())) STRICT;
ANALYZE;
-- claim
UPDATE peer SET vt = unixepoch() + 600, read_ct = read_ct + 1 WHERE msg_id = (
  SELECT msg_id FROM peer WHERE vt <= unixepoch() AND message ->> 'specialty' = $1 ->> 'specialty' AND message ->> 'site' = $1 ->> 'site'
  ORDER BY msg_id LIMIT 1) RETURNING msg_id AS task_id
