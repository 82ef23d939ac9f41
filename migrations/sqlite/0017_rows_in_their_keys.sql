-- Where a reading waits and who has a right to it is always found by the key: the row lies in it, one place instead of two.
CREATE TABLE reading_pool_keyed (
  pool_id INTEGER NOT NULL REFERENCES pool,
  class INTEGER NOT NULL,
  vkey INTEGER NOT NULL,
  reading_id TEXT NOT NULL REFERENCES reading,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  PRIMARY KEY (pool_id, class, vkey, reading_id)
) STRICT, WITHOUT ROWID;
INSERT INTO reading_pool_keyed SELECT pool_id, class, vkey, reading_id, organisation_id FROM reading_pool ORDER BY 1, 2, 3, 4;
DROP TABLE reading_pool;
ALTER TABLE reading_pool_keyed RENAME TO reading_pool;
CREATE INDEX reading_pool_reading ON reading_pool (reading_id);
CREATE INDEX reading_pool_immediate ON reading_pool (vkey, reading_id, pool_id) WHERE class = 0;

CREATE TABLE reading_right_keyed (
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  pool_id INTEGER NOT NULL REFERENCES pool,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  agreement_id TEXT,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  PRIMARY KEY (pathologist_id, pool_id)
) STRICT, WITHOUT ROWID;
INSERT INTO reading_right_keyed
SELECT pathologist_id, pool_id, organisation_id, agreement_id, valid_from, valid_to FROM reading_right ORDER BY 1, 2;
DROP TABLE reading_right;
ALTER TABLE reading_right_keyed RENAME TO reading_right;
CREATE INDEX reading_right_pool ON reading_right (pool_id);
