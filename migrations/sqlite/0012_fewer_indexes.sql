-- No statement looks these up: a claim writes four indexes less. A claim's id is unique by its assignment.
DROP INDEX reading_claim;
DROP INDEX event_kind;
DROP INDEX event_case;
CREATE INDEX event_case_changed ON event (case_id, event_id) WHERE kind = 'case_changed';

-- Organisation and case are the reading's, which is referenced and locked while an assignment is written: `promises/holders.sql` compares
-- them. SQLite changes a reference by a new table.
CREATE TABLE assignment_new (
  claim_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL,
  reading_id TEXT NOT NULL REFERENCES reading,
  case_id TEXT NOT NULL,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  fence INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'signed_out', 'released', 'declined', 'lapsed', 'moved')),
  began_at INTEGER NOT NULL,
  ended_at INTEGER,
  rights_version INTEGER NOT NULL,
  agreement_id TEXT,
  out_of_order INTEGER NOT NULL DEFAULT 0,
  why TEXT NOT NULL,
  end_reason TEXT NOT NULL DEFAULT '',
  UNIQUE (reading_id, fence)
) STRICT;
INSERT INTO assignment_new (claim_id, organisation_id, reading_id, case_id, pathologist_id, fence, state, began_at, ended_at,
  rights_version, agreement_id, out_of_order, why, end_reason)
SELECT claim_id, organisation_id, reading_id, case_id, pathologist_id, fence, state, began_at, ended_at,
  rights_version, agreement_id, out_of_order, why, end_reason FROM assignment;
DROP TABLE assignment;
ALTER TABLE assignment_new RENAME TO assignment;
CREATE UNIQUE INDEX assignment_one_active ON assignment (reading_id) WHERE state = 'active';
CREATE UNIQUE INDEX assignment_one_slot ON assignment (case_id, pathologist_id) WHERE state = 'active';
