-- What pathologists do with readings beside claiming: hand over, offer, ask, be away, order more, defer to glass, recall and correct.

-- offer_until: a claim that was not accepted yet. cause: why there is this reading. blocks: the report is not released before it is
-- signed out. told_for: the hold limit its holder and the manager were told of.
ALTER TABLE reading ADD COLUMN offer_until BIGINT;
ALTER TABLE reading ADD COLUMN cause TEXT NOT NULL DEFAULT 'order' CHECK (cause IN ('order', 'rule', 'asked', 'panel', 'sample', 'arbitration'));
ALTER TABLE reading ADD COLUMN blocks BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reading ADD COLUMN asked_by TEXT REFERENCES pathologist;
ALTER TABLE reading ADD COLUMN question TEXT NOT NULL DEFAULT '';
ALTER TABLE reading ADD COLUMN told_for BIGINT;
CREATE INDEX reading_hold ON reading (hold_until) WHERE state = 'claimed';

-- release_at: until then its signer may recall it. corrects: the report an addendum or amendment belongs to.
ALTER TABLE report ADD COLUMN release_at BIGINT;
ALTER TABLE report ADD COLUMN released_at BIGINT;
ALTER TABLE report ADD COLUMN recalled_at BIGINT;
ALTER TABLE report ADD COLUMN recall_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE report ADD COLUMN concordance TEXT NOT NULL DEFAULT '' CHECK (concordance IN ('', 'agrees', 'minor', 'major'));
ALTER TABLE report ADD COLUMN diagnosis_code TEXT NOT NULL DEFAULT '';
ALTER TABLE report ADD COLUMN corrects TEXT REFERENCES report;
ALTER TABLE report ADD COLUMN changes TEXT NOT NULL DEFAULT '';
ALTER TABLE report ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
UPDATE report SET release_at = signed_at, released_at = signed_at;
DROP INDEX report_one_sign_out;
CREATE UNIQUE INDEX report_one_sign_out ON report (reading_id) WHERE kind = 'report' AND recalled_at IS NULL;
CREATE UNIQUE INDEX report_one_version ON report (corrects, version) WHERE corrects IS NOT NULL;
CREATE INDEX report_release ON report (release_at) WHERE released_at IS NULL AND recalled_at IS NULL;

-- An incident is its signer's, or their deputy's.
ALTER TABLE incident ADD COLUMN pathologist_id TEXT REFERENCES pathologist;
ALTER TABLE incident ADD COLUMN answer_report_id TEXT REFERENCES report;
ALTER TABLE incident ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN alarmed_at BIGINT;
UPDATE incident SET pathologist_id = (SELECT r.pathologist_id FROM report r WHERE r.report_id = incident.report_id);
CREATE INDEX incident_owner ON incident (pathologist_id) WHERE closed_at IS NULL;
CREATE INDEX incident_report ON incident (report_id);

-- Away from one moment to another; claims_end_at: no new claims from then on.
CREATE TABLE absence (
  absence_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  deputy_id TEXT REFERENCES pathologist,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL CHECK (to_at > from_at),
  claims_end_at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  applied_at BIGINT,
  cancelled_at BIGINT
);
CREATE INDEX absence_pathologist ON absence (pathologist_id, to_at);
CREATE INDEX absence_planned ON absence (from_at) WHERE applied_at IS NULL AND cancelled_at IS NULL;

-- More glass of a case under reading: its requester stays the owner, its slides come one by one.
CREATE TABLE extra_work (
  work_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  reading_id TEXT NOT NULL REFERENCES reading,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  kind TEXT NOT NULL CHECK (kind IN ('recut', 'stain')),
  reason TEXT NOT NULL,
  manifest_version BIGINT NOT NULL,
  requested_at BIGINT NOT NULL,
  deadline_at BIGINT NOT NULL,
  alarmed_at BIGINT,
  closed_at BIGINT,
  closed_by TEXT,
  outcome TEXT CHECK (outcome IN ('done', 'cancelled', 'no_tissue_left'))
);
CREATE INDEX extra_work_reading ON extra_work (reading_id);
CREATE INDEX extra_work_open ON extra_work (deadline_at) WHERE closed_at IS NULL;
CREATE TABLE extra_work_slide (
  work_id TEXT NOT NULL REFERENCES extra_work,
  slide_id TEXT NOT NULL REFERENCES slide,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  PRIMARY KEY (work_id, slide_id)
);
CREATE INDEX extra_work_slide_slide ON extra_work_slide (slide_id);

-- A slide that must be read on glass before the case is signed.
CREATE TABLE glass (
  reading_id TEXT NOT NULL REFERENCES reading,
  slide_id TEXT NOT NULL REFERENCES slide,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  reason TEXT NOT NULL,
  deferred_at BIGINT NOT NULL,
  deadline_at BIGINT NOT NULL,
  alarmed_at BIGINT,
  read_at BIGINT,
  read_by TEXT,
  report_id TEXT REFERENCES report,
  PRIMARY KEY (reading_id, slide_id)
);
CREATE INDEX glass_unread ON glass (deadline_at) WHERE read_at IS NULL;
