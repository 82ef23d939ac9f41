-- Who may read what, how far a waiting reading is offered, what its clocks were paused for, and who is on the rota.

ALTER TABLE pathologist ADD COLUMN points BIGINT NOT NULL DEFAULT 0 CHECK (points >= 0);
ALTER TABLE pathologist ADD COLUMN max_points BIGINT NOT NULL DEFAULT 1000000 CHECK (max_points >= 0);

-- practice: '*' for every kind of reading, or ',interim,consult,'. supervisor_id: of a trainee.
ALTER TABLE credential ADD COLUMN profession TEXT NOT NULL DEFAULT 'consultant' CHECK (profession IN ('consultant', 'trainee', 'scientist'));
ALTER TABLE credential ADD COLUMN practice TEXT NOT NULL DEFAULT '*';
ALTER TABLE credential ADD COLUMN supervisor_id TEXT REFERENCES pathologist;

-- An agreement for those on call opens only with that stage.
ALTER TABLE agreement ADD COLUMN opens TEXT NOT NULL DEFAULT 'network' CHECK (opens IN ('network', 'on_call'));

-- A pool gets a scope: everyone at once, or those of a site, on call, or one person.
ALTER TABLE pool ADD COLUMN scope TEXT NOT NULL DEFAULT 'network' CHECK (scope IN ('personal', 'site', 'organisation', 'network', 'on_call'));
ALTER TABLE pool ADD COLUMN scope_key TEXT NOT NULL DEFAULT '';
ALTER TABLE pool ADD COLUMN specialties BIGINT NOT NULL DEFAULT 1;
ALTER TABLE pool DROP CONSTRAINT pool_organisation_id_specialty_key;
ALTER TABLE pool ADD CONSTRAINT pool_place_key UNIQUE (organisation_id, specialty, scope, scope_key);

-- A patient's objection to every other organisation.
ALTER TABLE cases ADD COLUMN own_organisation_only BIGINT NOT NULL DEFAULT 0;

-- specialties: all that its pathologist needs, joined with '+', in order: the specialty of its pools.
-- part: of a case split by specimen, the part this reading is of; '' for the whole.
ALTER TABLE reading ADD COLUMN specialties TEXT NOT NULL DEFAULT '';
ALTER TABLE reading ADD COLUMN part TEXT NOT NULL DEFAULT '';
ALTER TABLE reading ADD COLUMN stage_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reading ADD COLUMN next_relax_at BIGINT;
ALTER TABLE reading ADD COLUMN nobody_left_at BIGINT;
UPDATE reading SET specialties = specialty, stage = 2, stage_at = COALESCE(ready_at, 0);
CREATE INDEX reading_relax ON reading (next_relax_at) WHERE state = 'waiting';

-- Whom a reading names: its first stage.
CREATE TABLE reading_person (
  reading_id TEXT NOT NULL REFERENCES reading,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  role TEXT NOT NULL CHECK (role IN ('cut_up', 'named', 'mdt_lead', 'lead', 'prior')),
  PRIMARY KEY (reading_id, pathologist_id)
);

-- 8.6: a pause yields a second figure and never moves the published one.
CREATE TABLE case_pause (
  case_id TEXT NOT NULL REFERENCES cases,
  began_at BIGINT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  ended_at BIGINT,
  reason TEXT NOT NULL,
  began_by TEXT NOT NULL,
  PRIMARY KEY (case_id, began_at)
);
CREATE UNIQUE INDEX case_pause_one_open ON case_pause (case_id) WHERE ended_at IS NULL;

-- A forecast; who is there is pathologist.presence.
CREATE TABLE rota (
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  starts_at BIGINT NOT NULL,
  duty TEXT NOT NULL CHECK (duty IN ('reading', 'on_call')),
  organisation_id TEXT NOT NULL REFERENCES organisation,
  ends_at BIGINT NOT NULL CHECK (ends_at > starts_at),
  PRIMARY KEY (pathologist_id, starts_at, duty)
);
CREATE INDEX rota_ends ON rota (pathologist_id, ends_at);
CREATE INDEX rota_of_organisation ON rota (organisation_id, ends_at);

-- A case no pool may take lies in the tray for triage.
ALTER TABLE tray DROP CONSTRAINT tray_kind_check;
ALTER TABLE tray ADD CONSTRAINT tray_kind_check CHECK (kind IN ('unmatched', 'held', 'quarantine', 'quality', 'triage'));
ALTER TABLE tray ADD COLUMN case_id TEXT REFERENCES cases;
CREATE UNIQUE INDEX tray_one_open_triage ON tray (case_id) WHERE closed_at IS NULL AND kind = 'triage';
