-- What is to be read: patients, cases, specimens, blocks, slides, the manifest, readings, reports.

-- 8.3: a patient of one organisation is a set of (issuer, record number).
CREATE TABLE patient (
  patient_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  version INTEGER NOT NULL,
  family TEXT NOT NULL,
  given TEXT NOT NULL,
  born TEXT NOT NULL,
  sex TEXT NOT NULL,
  national_number TEXT,
  national_verified INTEGER NOT NULL DEFAULT 0,
  restricted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE patient_number (
  issuer TEXT NOT NULL REFERENCES issuer,
  value TEXT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  patient_id TEXT NOT NULL REFERENCES patient,
  PRIMARY KEY (issuer, value)
) STRICT;
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
  revision INTEGER NOT NULL,
  content_version INTEGER NOT NULL,
  manifest_version INTEGER NOT NULL,
  collected_at INTEGER,
  received_at INTEGER NOT NULL,
  accessioned_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  class INTEGER NOT NULL,
  vkey INTEGER NOT NULL,
  ready_at INTEGER,
  signed_out_at INTEGER,
  report_of_record TEXT NOT NULL CHECK (report_of_record IN ('lis', 'slideway')),
  fingerprint BLOB NOT NULL
) STRICT;
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
) STRICT;
CREATE INDEX case_number_case ON case_number (case_id);
CREATE TABLE case_clock (
  case_id TEXT NOT NULL REFERENCES cases,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  kind TEXT NOT NULL CHECK (kind IN ('frozen', 'verbal', 'report', 'pathway')),
  started_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  stopped_at INTEGER,
  paused_us INTEGER NOT NULL DEFAULT 0,
  calendar TEXT NOT NULL DEFAULT 'days',
  PRIMARY KEY (case_id, kind)
) STRICT;

-- 8.4: content is versioned; a correction is a new version.
CREATE TABLE case_content (
  case_id TEXT NOT NULL REFERENCES cases,
  version INTEGER NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  recorded_at INTEGER NOT NULL,
  recorded_by TEXT NOT NULL,
  requester TEXT NOT NULL,
  copy_to TEXT NOT NULL,
  clinical_details TEXT NOT NULL,
  named_pathologist_id TEXT,
  PRIMARY KEY (case_id, version)
) STRICT;
CREATE TABLE specimen (
  specimen_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  part TEXT NOT NULL,
  version INTEGER NOT NULL,
  specimen_type TEXT NOT NULL,
  body_site TEXT NOT NULL,
  macroscopic TEXT NOT NULL,
  fixation TEXT NOT NULL,
  decalcified INTEGER NOT NULL,
  UNIQUE (case_id, part, version)
) STRICT;
CREATE TABLE block (
  block_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  specimen_id TEXT NOT NULL REFERENCES specimen,
  code TEXT NOT NULL,
  version INTEGER NOT NULL,
  body_site TEXT NOT NULL,
  pieces INTEGER NOT NULL,
  UNIQUE (case_id, code, version)
) STRICT;
CREATE TABLE attachment (
  attachment_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  media_type TEXT NOT NULL,
  name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  blake3 BLOB NOT NULL,
  identity TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  recorded_by TEXT NOT NULL
) STRICT;
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
) STRICT;
CREATE INDEX slide_case ON slide (case_id);

-- 8.5: the denominator. A new version holds all its slides; old versions stay.
CREATE TABLE manifest (
  case_id TEXT NOT NULL REFERENCES cases,
  version INTEGER NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  source TEXT NOT NULL CHECK (source IN ('order', 'label_print', 'protocol', 'operator')),
  recorded_at INTEGER NOT NULL,
  recorded_by TEXT NOT NULL,
  PRIMARY KEY (case_id, version)
) STRICT;
CREATE TABLE manifest_slide (
  case_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  slide_id TEXT NOT NULL REFERENCES slide,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  expectation TEXT NOT NULL CHECK (expectation IN ('expected', 'waived')),
  reason TEXT NOT NULL DEFAULT '',
  decided_by TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (case_id, version, slide_id),
  FOREIGN KEY (case_id, version) REFERENCES manifest (case_id, version)
) STRICT;

-- 8.7: a reading has a kind; one accepted sign-out each. Holder, lease and fence stand here.
CREATE TABLE reading (
  reading_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  kind TEXT NOT NULL CHECK (kind IN ('intra_operative', 'interim', 'primary', 'second_before_release', 'consult', 'audit')),
  slot INTEGER NOT NULL,
  specialty TEXT NOT NULL,
  priority TEXT NOT NULL,
  points INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL CHECK (state IN ('not_ready', 'waiting', 'claimed', 'signed_out', 'cancelled')),
  tier TEXT NOT NULL DEFAULT 'core' CHECK (tier IN ('core', 'specialist')),
  stage INTEGER NOT NULL DEFAULT 0,
  class INTEGER NOT NULL,
  vkey INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  ready_at INTEGER,
  fence INTEGER NOT NULL DEFAULT 0,
  pathologist_id TEXT REFERENCES pathologist,
  claim_id TEXT,
  claimed_at INTEGER,
  lease_until INTEGER,
  begun_at INTEGER,
  heartbeat_at INTEGER,
  activity_at INTEGER,
  hold_until INTEGER,
  signed_out_at INTEGER,
  UNIQUE (case_id, slot),
  CHECK ((state = 'claimed') = (pathologist_id IS NOT NULL)),
  CHECK ((state = 'claimed') = (lease_until IS NOT NULL)),
  CHECK ((state = 'claimed') = (claim_id IS NOT NULL))
) STRICT;
CREATE INDEX reading_lease ON reading (lease_until) WHERE state = 'claimed';
CREATE INDEX reading_holder ON reading (pathologist_id) WHERE state = 'claimed';
CREATE UNIQUE INDEX reading_claim ON reading (claim_id) WHERE state = 'claimed';

-- Waiting readings only; the one hot index of the worklist.
CREATE TABLE reading_pool (
  pool_id INTEGER NOT NULL REFERENCES pool,
  class INTEGER NOT NULL,
  vkey INTEGER NOT NULL,
  reading_id TEXT NOT NULL REFERENCES reading,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  PRIMARY KEY (pool_id, class, vkey, reading_id)
) STRICT;
CREATE INDEX reading_pool_reading ON reading_pool (reading_id);

-- One row a claim, for ever: who held which reading, under which fence, and why it was theirs.
CREATE TABLE assignment (
  claim_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  reading_id TEXT NOT NULL REFERENCES reading,
  case_id TEXT NOT NULL REFERENCES cases,
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
CREATE UNIQUE INDEX assignment_one_active ON assignment (reading_id) WHERE state = 'active';
CREATE UNIQUE INDEX assignment_one_slot ON assignment (case_id, pathologist_id) WHERE state = 'active';
CREATE INDEX assignment_pathologist ON assignment (pathologist_id, began_at);

CREATE TABLE exclusion (
  reading_id TEXT NOT NULL REFERENCES reading,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  reason TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (reading_id, pathologist_id, reason)
) STRICT;

-- 8.10: a recorded objection keeps one organisation away from a case; it narrows, it never blocks silently.
CREATE TABLE objection (
  case_id TEXT NOT NULL REFERENCES cases,
  excluded_organisation_id TEXT NOT NULL REFERENCES organisation,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  recorded_at INTEGER NOT NULL,
  recorded_by TEXT NOT NULL,
  PRIMARY KEY (case_id, excluded_organisation_id)
) STRICT;

-- A draft outlives its claim: the next pathologist sees it read-only.
CREATE TABLE draft (
  reading_id TEXT NOT NULL REFERENCES reading,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  fence INTEGER NOT NULL,
  body TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (reading_id, pathologist_id)
) STRICT;

-- 8.8, 8.9: a signature is bound to the case revision and to every scan, opened or not.
CREATE TABLE report (
  report_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  reading_id TEXT NOT NULL REFERENCES reading,
  kind TEXT NOT NULL CHECK (kind IN ('report', 'addendum', 'amendment')),
  state TEXT NOT NULL CHECK (state IN ('signed', 'sent', 'acknowledged', 'authorised')),
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  fence INTEGER NOT NULL,
  case_revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  acknowledged TEXT NOT NULL,
  signed_at INTEGER NOT NULL,
  authorised_at INTEGER
) STRICT;
CREATE UNIQUE INDEX report_one_sign_out ON report (reading_id) WHERE kind = 'report';
CREATE INDEX report_case ON report (case_id);
CREATE TABLE report_scan (
  report_id TEXT NOT NULL REFERENCES report,
  scan_id TEXT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  generation INTEGER NOT NULL,
  opened INTEGER NOT NULL,
  PRIMARY KEY (report_id, scan_id)
) STRICT;

-- What arrives or changes after sign-out is put to the signer, with a deadline.
CREATE TABLE incident (
  incident_id INTEGER PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  case_id TEXT NOT NULL REFERENCES cases,
  report_id TEXT NOT NULL REFERENCES report,
  scan_id TEXT,
  code TEXT NOT NULL,
  owner_role TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  deadline_at INTEGER NOT NULL,
  closed_at INTEGER,
  closed_by TEXT,
  resolution TEXT
) STRICT;
CREATE INDEX incident_open ON incident (deadline_at) WHERE closed_at IS NULL;
