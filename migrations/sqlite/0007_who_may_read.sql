-- Who may read what, how far a waiting reading is offered, what its clocks were paused for, and who is on the rota.

ALTER TABLE pathologist ADD COLUMN points INTEGER NOT NULL DEFAULT 0 CHECK (points >= 0);
ALTER TABLE pathologist ADD COLUMN max_points INTEGER NOT NULL DEFAULT 1000000 CHECK (max_points >= 0);

-- practice: '*' for every kind of reading, or ',interim,consult,'. supervisor_id: of a trainee.
ALTER TABLE credential ADD COLUMN profession TEXT NOT NULL DEFAULT 'consultant' CHECK (profession IN ('consultant', 'trainee', 'scientist'));
ALTER TABLE credential ADD COLUMN practice TEXT NOT NULL DEFAULT '*';
ALTER TABLE credential ADD COLUMN supervisor_id TEXT REFERENCES pathologist;

-- An agreement for those on call opens only with that stage.
ALTER TABLE agreement ADD COLUMN opens TEXT NOT NULL DEFAULT 'network' CHECK (opens IN ('network', 'on_call'));

-- A pool gets a scope. Its key cannot be changed here: it is made again, and what points at it with it.
CREATE TABLE pool_new (
  pool_id INTEGER PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  specialty TEXT NOT NULL,
  scope TEXT NOT NULL DEFAULT 'network' CHECK (scope IN ('personal', 'site', 'organisation', 'network', 'on_call')),
  scope_key TEXT NOT NULL DEFAULT '',
  specialties INTEGER NOT NULL DEFAULT 1,
  UNIQUE (organisation_id, specialty, scope, scope_key)
) STRICT;
INSERT INTO pool_new (pool_id, organisation_id, specialty) SELECT pool_id, organisation_id, specialty FROM pool;
CREATE TABLE reading_right_new (
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  pool_id INTEGER NOT NULL REFERENCES pool,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  agreement_id TEXT,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  PRIMARY KEY (pathologist_id, pool_id)
) STRICT;
CREATE TABLE reading_pool_new (
  pool_id INTEGER NOT NULL REFERENCES pool,
  class INTEGER NOT NULL,
  vkey INTEGER NOT NULL,
  reading_id TEXT NOT NULL REFERENCES reading,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  PRIMARY KEY (pool_id, class, vkey, reading_id)
) STRICT;
CREATE TABLE right_kept AS SELECT pathologist_id, pool_id, organisation_id, agreement_id, valid_from, valid_to FROM reading_right;
CREATE TABLE waiting_kept AS SELECT pool_id, class, vkey, reading_id, organisation_id FROM reading_pool;
DROP TABLE reading_right;
DROP TABLE reading_pool;
DROP TABLE pool;
ALTER TABLE pool_new RENAME TO pool;
ALTER TABLE reading_right_new RENAME TO reading_right;
ALTER TABLE reading_pool_new RENAME TO reading_pool;
INSERT INTO reading_right SELECT * FROM right_kept;
INSERT INTO reading_pool SELECT * FROM waiting_kept;
DROP TABLE right_kept;
DROP TABLE waiting_kept;
CREATE INDEX reading_right_pool ON reading_right (pool_id);
CREATE INDEX reading_pool_reading ON reading_pool (reading_id);

-- A patient's objection to every other organisation.
ALTER TABLE cases ADD COLUMN own_organisation_only INTEGER NOT NULL DEFAULT 0;

-- specialties: all that its pathologist needs, joined with '+', in order: the specialty of its pools.
-- part: of a case split by specimen, the part this reading is of; '' for the whole.
ALTER TABLE reading ADD COLUMN specialties TEXT NOT NULL DEFAULT '';
ALTER TABLE reading ADD COLUMN part TEXT NOT NULL DEFAULT '';
ALTER TABLE reading ADD COLUMN stage_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reading ADD COLUMN next_relax_at INTEGER;
ALTER TABLE reading ADD COLUMN nobody_left_at INTEGER;
UPDATE reading SET specialties = specialty, stage = 2, stage_at = COALESCE(ready_at, 0);
CREATE INDEX reading_relax ON reading (next_relax_at) WHERE state = 'waiting';

-- Whom a reading names: its first stage.
CREATE TABLE reading_person (
  reading_id TEXT NOT NULL REFERENCES reading,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  role TEXT NOT NULL CHECK (role IN ('cut_up', 'named', 'mdt_lead', 'lead', 'prior')),
  PRIMARY KEY (reading_id, pathologist_id)
) STRICT;

-- 8.6: a pause yields a second figure and never moves the published one.
CREATE TABLE case_pause (
  case_id TEXT NOT NULL REFERENCES cases,
  began_at INTEGER NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  ended_at INTEGER,
  reason TEXT NOT NULL,
  began_by TEXT NOT NULL,
  PRIMARY KEY (case_id, began_at)
) STRICT;
CREATE UNIQUE INDEX case_pause_one_open ON case_pause (case_id) WHERE ended_at IS NULL;

-- A forecast; who is there is pathologist.presence.
CREATE TABLE rota (
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  starts_at INTEGER NOT NULL,
  duty TEXT NOT NULL CHECK (duty IN ('reading', 'on_call')),
  organisation_id TEXT NOT NULL REFERENCES organisation,
  ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
  PRIMARY KEY (pathologist_id, starts_at, duty)
) STRICT;
CREATE INDEX rota_ends ON rota (pathologist_id, ends_at);
CREATE INDEX rota_of_organisation ON rota (organisation_id, ends_at);

-- A case no pool may take lies in the tray for triage.
CREATE TABLE tray_new (
  tray_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  site_id TEXT NOT NULL REFERENCES site,
  kind TEXT NOT NULL CHECK (kind IN ('unmatched', 'held', 'quarantine', 'quality', 'triage')),
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  scan_id TEXT REFERENCES scan,
  delivery_id TEXT REFERENCES delivery,
  best_guess_slide_id TEXT REFERENCES slide,
  case_id TEXT REFERENCES cases,
  owner_role TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  deadline_at INTEGER NOT NULL,
  alarmed_at INTEGER,
  first_released_by TEXT,
  closed_at INTEGER,
  closed_by TEXT,
  resolution TEXT
) STRICT;
INSERT INTO tray_new (tray_id, organisation_id, site_id, kind, code, detail, scan_id, delivery_id, best_guess_slide_id,
  owner_role, opened_at, deadline_at, alarmed_at, first_released_by, closed_at, closed_by, resolution)
SELECT tray_id, organisation_id, site_id, kind, code, detail, scan_id, delivery_id, best_guess_slide_id,
  owner_role, opened_at, deadline_at, alarmed_at, first_released_by, closed_at, closed_by, resolution FROM tray;
DROP TABLE tray;
ALTER TABLE tray_new RENAME TO tray;
CREATE UNIQUE INDEX tray_one_open_scan ON tray (scan_id) WHERE closed_at IS NULL AND scan_id IS NOT NULL AND kind <> 'quality';
CREATE UNIQUE INDEX tray_one_open_quality ON tray (scan_id) WHERE closed_at IS NULL AND kind = 'quality';
CREATE UNIQUE INDEX tray_one_open_delivery ON tray (delivery_id) WHERE closed_at IS NULL AND scan_id IS NULL;
CREATE INDEX tray_open ON tray (kind, opened_at) WHERE closed_at IS NULL;
CREATE INDEX tray_guess ON tray (best_guess_slide_id) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX tray_one_open_triage ON tray (case_id) WHERE closed_at IS NULL AND kind = 'triage';
