-- Who exists: organisations, sites, scanners, issuers of numbers, people, and what they may read.
-- Times are microseconds since 1970 UTC, read from the view `clock` and from nowhere else.

CREATE TABLE clock_offset (one INTEGER PRIMARY KEY CHECK (one = 1), offset_us INTEGER NOT NULL) STRICT;
INSERT INTO clock_offset (one, offset_us) VALUES (1, 0);
CREATE VIEW clock AS
  SELECT CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER) + (SELECT offset_us FROM clock_offset) AS now_us;

CREATE TABLE organisation (
  organisation_id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE site (
  site_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- 8.3: a number is (issuer, value). 8.5: no_manifest. 8.9: report_of_record.
-- code_pattern: the regular expression that cuts a container number out of a code or file name.
CREATE TABLE issuer (
  issuer TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  numbers TEXT NOT NULL CHECK (numbers IN ('case', 'container', 'patient', 'any')),
  code_pattern TEXT NOT NULL DEFAULT '',
  no_manifest TEXT NOT NULL DEFAULT 'hold' CHECK (no_manifest IN ('hold', 'quiet')),
  quiet_minutes INTEGER NOT NULL DEFAULT 0,
  report_of_record TEXT NOT NULL DEFAULT 'slideway' CHECK (report_of_record IN ('lis', 'slideway'))
) STRICT;

CREATE TABLE scanner (
  scanner_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  site_id TEXT NOT NULL REFERENCES site,
  name TEXT NOT NULL,
  issuer TEXT NOT NULL REFERENCES issuer,
  UNIQUE (site_id, name)
) STRICT;

-- `active`, `epoch` and `rights_version` are what a claim locks first (D6).
CREATE TABLE pathologist (
  pathologist_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  site_id TEXT NOT NULL REFERENCES site,
  name TEXT NOT NULL,
  presence TEXT NOT NULL DEFAULT 'away' CHECK (presence IN ('available', 'away')),
  active INTEGER NOT NULL DEFAULT 0 CHECK (active >= 0),
  max_active INTEGER NOT NULL CHECK (max_active >= 0),
  epoch INTEGER NOT NULL DEFAULT 0,
  rights_version INTEGER NOT NULL DEFAULT 0,
  idle_since INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE credential (
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  specialty TEXT NOT NULL,
  tier TEXT NOT NULL CHECK (tier IN ('core', 'specialist')),
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  PRIMARY KEY (pathologist_id, specialty)
) STRICT;

-- 8.10: who may read whose cases, for which purpose, on which legal basis. One row a specialty.
CREATE TABLE agreement (
  agreement_id TEXT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  reading_organisation_id TEXT NOT NULL REFERENCES organisation,
  specialty TEXT NOT NULL,
  purpose TEXT NOT NULL,
  legal_basis TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  revoked_at INTEGER,
  PRIMARY KEY (agreement_id, specialty, purpose)
) STRICT;
CREATE INDEX agreement_reading ON agreement (reading_organisation_id, specialty);

-- Eligibility compiled to membership: a pool is one organisation's cases of one specialty.
CREATE TABLE pool (
  pool_id INTEGER PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  specialty TEXT NOT NULL,
  UNIQUE (organisation_id, specialty)
) STRICT;

-- Derived from credential × (own organisation or agreement); written only by the verbs of staff.
CREATE TABLE reading_right (
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  pool_id INTEGER NOT NULL REFERENCES pool,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  agreement_id TEXT,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  PRIMARY KEY (pathologist_id, pool_id)
) STRICT;
CREATE INDEX reading_right_pool ON reading_right (pool_id);

-- A retried command gets the first answer. Swept when older than a week.
CREATE TABLE idempotency (
  organisation_id TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  command TEXT NOT NULL,
  answer TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, command, idempotency_key)
) STRICT;
CREATE INDEX idempotency_at ON idempotency (at);

-- Who did what, in the transaction that did it. Append only; a later part seals it into a chain.
CREATE TABLE audit (
  audit_id INTEGER PRIMARY KEY,
  organisation_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  subject TEXT NOT NULL,
  action TEXT NOT NULL,
  purpose TEXT NOT NULL,
  basis TEXT NOT NULL,
  outcome TEXT NOT NULL,
  case_id TEXT,
  scan_id TEXT,
  reading_id TEXT,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_case ON audit (case_id, audit_id);
CREATE TABLE audit_seal (
  organisation_id TEXT NOT NULL,
  seal INTEGER NOT NULL,
  audit_id INTEGER NOT NULL UNIQUE REFERENCES audit,
  hash BLOB NOT NULL,
  PRIMARY KEY (organisation_id, seal)
) STRICT;
CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append only'); END;
-- INSERT OR REPLACE deletes without asking the delete trigger.
CREATE TRIGGER audit_is_append_only_insert BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE audit_id = NEW.audit_id)
  BEGIN SELECT RAISE(ABORT, 'audit is append only'); END;
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append only'); END;

-- What changed, for the matching index and for open pages. `xid` orders commits on PostgreSQL.
CREATE TABLE event (
  event_id INTEGER PRIMARY KEY,
  xid INTEGER NOT NULL DEFAULT 0,
  organisation_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  case_id TEXT,
  scan_id TEXT,
  reading_id TEXT,
  pathologist_id TEXT,
  fence INTEGER,
  detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX event_kind ON event (kind, at);
CREATE INDEX event_case ON event (case_id, event_id);

-- 8.11: messages to people and systems; ids and words only, never patient data.
CREATE TABLE outbox (
  outbox_id INTEGER PRIMARY KEY,
  organisation_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER
) STRICT;
CREATE INDEX outbox_next ON outbox (next_at) WHERE sent_at IS NULL;
