-- The archive's upkeep: what the sweep would remove, and how far the scrub has come.

-- Objects nobody refers to, with the moment that was first seen; removed after a grace, if it still holds.
CREATE TABLE sweep_mark (
  object_key TEXT PRIMARY KEY,
  size_bytes BIGINT NOT NULL,
  marked_at BIGINT NOT NULL
);
CREATE INDEX sweep_mark_age ON sweep_mark (marked_at);

-- One row: the round under way, the scan it has reached, and when the last whole round began and ended.
CREATE TABLE scrub (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  round BIGINT NOT NULL,
  began_at BIGINT NOT NULL,
  after_scan TEXT NOT NULL,
  scans BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  wrong BIGINT NOT NULL,
  done_at BIGINT,
  whole_began_at BIGINT,
  whole_ended_at BIGINT
);
INSERT INTO scrub (one, round, began_at, after_scan, scans, bytes, wrong) VALUES (1, 0, 0, '', 0, 0, 0);
