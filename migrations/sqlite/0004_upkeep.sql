-- The archive's upkeep: what the sweep would remove, and how far the scrub has come.

-- Objects nobody refers to, with the moment that was first seen; removed after a grace, if it still holds.
CREATE TABLE sweep_mark (
  object_key TEXT PRIMARY KEY,
  size_bytes INTEGER NOT NULL,
  marked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sweep_mark_age ON sweep_mark (marked_at);

-- One row: the round under way, the scan it has reached, and when the last whole round began and ended.
CREATE TABLE scrub (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  round INTEGER NOT NULL,
  began_at INTEGER NOT NULL,
  after_scan TEXT NOT NULL,
  scans INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  wrong INTEGER NOT NULL,
  done_at INTEGER,
  whole_began_at INTEGER,
  whole_ended_at INTEGER
) STRICT;
INSERT INTO scrub (one, round, began_at, after_scan, scans, bytes, wrong) VALUES (1, 0, 0, '', 0, 0, 0);
