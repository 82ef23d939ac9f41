-- What is to be read: patients, cases, specimens, blocks, slides, the manifest, readings, reports.

-- 8.3: a patient of one organisation is a set of (issuer, record number).
CREATE TABLE patient (
  patient_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  version BIGINT NOT NULL,
  family TEXT NOT NULL,
  given TEXT NOT NULL,
  born TEXT NOT NULL,
  sex TEXT NOT NULL,
  national_number TEXT,
  national_verified BIGINT NOT NULL DEFAULT 0,
  restricted BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE patient_number (
  issuer TEXT NOT NULL REFERENCES issuer,
  value TEXT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  patient_id TEXT NOT NULL REFERENCES patient,
  PRIMARY KEY (issuer, value)
);
CREATE INDEX patient_number_patient ON patient_number (patient_id);

-- 8.6: received_at, due_at and vkey are set at accession and never moved by readiness.
CREATE TABLE cases (
  case_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  site_id TEXT NOT NULL REFERENCES site,
  patient_id TEXT NOT NULL REFERENCES patient,
  issuer TEXT NOT NULL REFERENCES issuer,
  number TEXT NOT NULL,
  specialty TEXT NOT NULL,
  priority TEXT NOT NULL CHECK (priority IN ('immediate', 'urgent', 'routine')),
  state TEXT NOT NULL CHECK (state IN ('triage', 'accessioned', 'partial', 'ready', 'signed_out')),
  revision BIGINT NOT NULL,
  content_version BIGINT NOT NULL,
  manifest_version BIGINT NOT NULL,
  collected_at BIGINT,
  received_at BIGINT NOT NULL,
  accessioned_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  class BIGINT NOT NULL,
  vkey BIGINT NOT NULL,
  ready_at BIGINT,
  signed_out_at BIGINT,
  report_of_record TEXT NOT NULL CHECK (report_of_record IN ('lis', 'slideway')),
  fingerprint BYTEA NOT NULL
);
CREATE INDEX cases_open ON cases (state, due_at) WHERE state <> 'signed_out';
CREATE INDEX cases_patient ON cases (patient_id);
CREATE INDEX cases_signed_out ON cases (signed_out_at) WHERE signed_out_at IS NOT NULL;
CREATE TABLE case_number (
  issuer TEXT NOT NULL REFERENCES issuer,
  value TEXT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  role TEXT NOT NULL CHECK (role IN ('owning', 'referring', 'performing')),
  PRIMARY KEY (issuer, value)
);
CREATE INDEX case_number_case ON case_number (case_id);
CREATE TABLE case_clock (
  case_id TEXT NOT NULL REFERENCES cases,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  kind TEXT NOT NULL CHECK (kind IN ('frozen', 'verbal', 'report', 'pathway')),
  started_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  stopped_at BIGINT,
  paused_us BIGINT NOT NULL DEFAULT 0,
  calendar TEXT NOT NULL DEFAULT 'days',
  PRIMARY KEY (case_id, kind)
);

-- 8.4: content is versioned; a correction is a new version.
CREATE TABLE case_content (
  case_id TEXT NOT NULL REFERENCES cases,
  version BIGINT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  recorded_at BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  requester TEXT NOT NULL,
  copy_to TEXT NOT NULL,
  clinical_details TEXT NOT NULL,
  named_pathologist_id TEXT,
  PRIMARY KEY (case_id, version)
);
CREATE TABLE specimen (
  specimen_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  part TEXT NOT NULL,
  version BIGINT NOT NULL,
  specimen_type TEXT NOT NULL,
  body_site TEXT NOT NULL,
  macroscopic TEXT NOT NULL,
  fixation TEXT NOT NULL,
  decalcified BIGINT NOT NULL,
  UNIQUE (case_id, part, version)
);
CREATE TABLE block (
  block_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  specimen_id TEXT NOT NULL REFERENCES specimen,
  code TEXT NOT NULL,
  version BIGINT NOT NULL,
  body_site TEXT NOT NULL,
  pieces BIGINT NOT NULL,
  UNIQUE (case_id, code, version)
);
CREATE TABLE attachment (
  attachment_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  version BIGINT NOT NULL,
  kind TEXT NOT NULL,
  media_type TEXT NOT NULL,
  name TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  blake3 BYTEA NOT NULL,
  identity TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by TEXT NOT NULL
);
CREATE INDEX attachment_case ON attachment (case_id);

-- The glass. A container number belongs to its issuer.
CREATE TABLE slide (
  slide_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  block_id TEXT REFERENCES block,
  issuer TEXT NOT NULL REFERENCES issuer,
  container TEXT NOT NULL,
  name TEXT NOT NULL,
  stain TEXT NOT NULL,
  current_scan_id TEXT,
  UNIQUE (issuer, container)
);
CREATE INDEX slide_case ON slide (case_id);

-- 8.5: the denominator. A new version holds all its slides; old versions stay.
CREATE TABLE manifest (
  case_id TEXT NOT NULL REFERENCES cases,
  version BIGINT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  source TEXT NOT NULL CHECK (source IN ('order', 'label_print', 'protocol', 'operator')),
  recorded_at BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  PRIMARY KEY (case_id, version)
);
CREATE TABLE manifest_slide (
  case_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  slide_id TEXT NOT NULL REFERENCES slide,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  expectation TEXT NOT NULL CHECK (expectation IN ('expected', 'waived')),
  reason TEXT NOT NULL DEFAULT '',
  decided_by TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (case_id, version, slide_id),
  FOREIGN KEY (case_id, version) REFERENCES manifest (case_id, version)
);

-- 8.7: a reading has a kind; one accepted sign-out each. Holder, lease and fence stand here.
CREATE TABLE reading (
  reading_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  kind TEXT NOT NULL CHECK (kind IN ('intra_operative', 'interim', 'primary', 'second_before_release', 'consult', 'audit')),
  slot BIGINT NOT NULL,
  specialty TEXT NOT NULL,
  priority TEXT NOT NULL,
  points BIGINT NOT NULL DEFAULT 1,
  state TEXT NOT NULL CHECK (state IN ('not_ready', 'waiting', 'claimed', 'signed_out', 'cancelled')),
  tier TEXT NOT NULL DEFAULT 'core' CHECK (tier IN ('core', 'specialist')),
  stage BIGINT NOT NULL DEFAULT 0,
  class BIGINT NOT NULL,
  vkey BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  ready_at BIGINT,
  fence BIGINT NOT NULL DEFAULT 0,
  pathologist_id TEXT REFERENCES pathologist,
  claim_id TEXT,
  claimed_at BIGINT,
  lease_until BIGINT,
  begun_at BIGINT,
  heartbeat_at BIGINT,
  activity_at BIGINT,
  hold_until BIGINT,
  signed_out_at BIGINT,
  UNIQUE (case_id, slot),
  CHECK ((state = 'claimed') = (pathologist_id IS NOT NULL)),
  CHECK ((state = 'claimed') = (lease_until IS NOT NULL)),
  CHECK ((state = 'claimed') = (claim_id IS NOT NULL))
);
CREATE INDEX reading_lease ON reading (lease_until) WHERE state = 'claimed';
CREATE INDEX reading_holder ON reading (pathologist_id) WHERE state = 'claimed';
CREATE UNIQUE INDEX reading_claim ON reading (claim_id) WHERE state = 'claimed';

-- Waiting readings only; the one hot index of the worklist.
CREATE TABLE reading_pool (
  pool_id BIGINT NOT NULL REFERENCES pool,
  class BIGINT NOT NULL,
  vkey BIGINT NOT NULL,
  reading_id TEXT NOT NULL REFERENCES reading,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  PRIMARY KEY (pool_id, class, vkey, reading_id)
);
CREATE INDEX reading_pool_reading ON reading_pool (reading_id);

-- One row a claim, for ever: who held which reading, under which fence, and why it was theirs.
CREATE TABLE assignment (
  claim_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  reading_id TEXT NOT NULL REFERENCES reading,
  case_id TEXT NOT NULL REFERENCES cases,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  fence BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'signed_out', 'released', 'declined', 'lapsed', 'moved')),
  began_at BIGINT NOT NULL,
  ended_at BIGINT,
  rights_version BIGINT NOT NULL,
  agreement_id TEXT,
  out_of_order BIGINT NOT NULL DEFAULT 0,
  why TEXT NOT NULL,
  end_reason TEXT NOT NULL DEFAULT '',
  UNIQUE (reading_id, fence)
);
CREATE UNIQUE INDEX assignment_one_active ON assignment (reading_id) WHERE state = 'active';
CREATE UNIQUE INDEX assignment_one_slot ON assignment (case_id, pathologist_id) WHERE state = 'active';
CREATE INDEX assignment_pathologist ON assignment (pathologist_id, began_at);

CREATE TABLE exclusion (
  reading_id TEXT NOT NULL REFERENCES reading,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  reason TEXT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (reading_id, pathologist_id, reason)
);

-- 8.10: a recorded objection keeps one organisation away from a case; it narrows, it never blocks silently.
CREATE TABLE objection (
  case_id TEXT NOT NULL REFERENCES cases,
  excluded_organisation_id TEXT NOT NULL REFERENCES organisation,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  recorded_at BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  PRIMARY KEY (case_id, excluded_organisation_id)
);

-- A draft outlives its claim: the next pathologist sees it read-only.
CREATE TABLE draft (
  reading_id TEXT NOT NULL REFERENCES reading,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  fence BIGINT NOT NULL,
  body TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (reading_id, pathologist_id)
);

-- 8.8, 8.9: a signature is bound to the case revision and to every scan, opened or not.
CREATE TABLE report (
  report_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  reading_id TEXT NOT NULL REFERENCES reading,
  kind TEXT NOT NULL CHECK (kind IN ('report', 'addendum', 'amendment')),
  state TEXT NOT NULL CHECK (state IN ('signed', 'sent', 'acknowledged', 'authorised')),
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  fence BIGINT NOT NULL,
  case_revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  acknowledged TEXT NOT NULL,
  signed_at BIGINT NOT NULL,
  authorised_at BIGINT
);
CREATE UNIQUE INDEX report_one_sign_out ON report (reading_id) WHERE kind = 'report';
CREATE INDEX report_case ON report (case_id);
CREATE TABLE report_scan (
  report_id TEXT NOT NULL REFERENCES report,
  scan_id TEXT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  generation BIGINT NOT NULL,
  opened BIGINT NOT NULL,
  PRIMARY KEY (report_id, scan_id)
);

-- What arrives or changes after sign-out is put to the signer, with a deadline.
CREATE TABLE incident (
  incident_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  report_id TEXT NOT NULL REFERENCES report,
  scan_id TEXT,
  code TEXT NOT NULL,
  owner_role TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  deadline_at BIGINT NOT NULL,
  closed_at BIGINT,
  closed_by TEXT,
  resolution TEXT
);
CREATE INDEX incident_open ON incident (deadline_at) WHERE closed_at IS NULL;
