-- What was digitised: deliveries, scans and their members, identity, trays, machine jobs.

-- What a scanner's folder holds: seen, growing, stuck, taken or refused. Never deletes the source.
CREATE TABLE delivery (
  delivery_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  scanner_id TEXT NOT NULL REFERENCES scanner,
  name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  modified_us INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('arriving', 'stuck', 'stored', 'refused')),
  reason TEXT NOT NULL DEFAULT '',
  first_seen_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  deadline_at INTEGER,
  scan_id TEXT,
  UNIQUE (scanner_id, name)
) STRICT;
CREATE INDEX delivery_open ON delivery (deadline_at) WHERE state IN ('arriving', 'stuck');

CREATE TABLE scan (
  scan_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  site_id TEXT NOT NULL REFERENCES site,
  scanner_id TEXT REFERENCES scanner,
  issuer TEXT NOT NULL REFERENCES issuer,
  digest BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,
  attempt_id TEXT NOT NULL,
  pixels TEXT NOT NULL CHECK (pixels IN ('arriving', 'stored', 'published', 'verified', 'damaged', 'refused', 'quarantined')),
  identity TEXT NOT NULL CHECK (identity IN ('unmatched', 'matched', 'held')),
  slide_id TEXT REFERENCES slide,
  case_id TEXT REFERENCES cases,
  generation INTEGER NOT NULL DEFAULT 0,
  urgency INTEGER NOT NULL,
  facts TEXT,
  index_header_digest BLOB,
  index_header_length INTEGER,
  index_size_bytes INTEGER,
  index_digest BLOB,
  manifest_digest BLOB,
  reason_code TEXT,
  reason TEXT,
  expected_slide_id TEXT REFERENCES slide,
  stored_at INTEGER NOT NULL,
  published_at INTEGER,
  verified_at INTEGER,
  matched_at INTEGER,
  matched_by TEXT,
  UNIQUE (organisation_id, digest),
  CHECK ((identity = 'matched') = (slide_id IS NOT NULL)),
  CHECK ((slide_id IS NULL) = (case_id IS NULL)),
  CHECK (pixels NOT IN ('published', 'verified') OR (index_header_digest IS NOT NULL AND facts IS NOT NULL)),
  CHECK (pixels NOT IN ('refused', 'quarantined') OR reason_code IS NOT NULL)
) STRICT;
CREATE INDEX scan_slide ON scan (slide_id);
CREATE INDEX scan_case ON scan (case_id);
CREATE INDEX scan_stored ON scan (stored_at);
CREATE TABLE member (
  scan_id TEXT NOT NULL REFERENCES scan,
  n INTEGER NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  blake3 BLOB NOT NULL,
  PRIMARY KEY (scan_id, n)
) STRICT;

-- P7: pushing again is free: same bytes, same scan, a new receipt.
CREATE TABLE receipt (
  receipt_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  scan_id TEXT NOT NULL REFERENCES scan,
  door TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX receipt_scan ON receipt (scan_id);

-- 8.2: what was read, where; origins of one source count once.
CREATE TABLE identifier (
  scan_id TEXT NOT NULL REFERENCES scan,
  origin TEXT NOT NULL CHECK (origin IN ('label_picture', 'embedded', 'file_name', 'operator', 'handheld')),
  value TEXT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  container TEXT,
  recorded_at INTEGER NOT NULL,
  recorded_by TEXT NOT NULL,
  PRIMARY KEY (scan_id, origin, value, recorded_by)
) STRICT;
CREATE INDEX identifier_container ON identifier (container);

-- A rescan someone asked for: only then may other bytes replace a slide's scan.
CREATE TABLE rescan (
  rescan_id INTEGER PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  slide_id TEXT NOT NULL REFERENCES slide,
  reason TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  requested_by TEXT NOT NULL,
  done_at INTEGER
) STRICT;
CREATE INDEX rescan_open ON rescan (slide_id) WHERE done_at IS NULL;

-- P5: each thing that needs a person has an owner, a deadline, and an end.
CREATE TABLE tray (
  tray_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  site_id TEXT NOT NULL REFERENCES site,
  kind TEXT NOT NULL CHECK (kind IN ('unmatched', 'held', 'quarantine')),
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  scan_id TEXT REFERENCES scan,
  delivery_id TEXT REFERENCES delivery,
  best_guess_slide_id TEXT REFERENCES slide,
  owner_role TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  deadline_at INTEGER NOT NULL,
  alarmed_at INTEGER,
  first_released_by TEXT,
  closed_at INTEGER,
  closed_by TEXT,
  resolution TEXT
) STRICT;
CREATE UNIQUE INDEX tray_one_open_scan ON tray (scan_id) WHERE closed_at IS NULL AND scan_id IS NOT NULL;
CREATE UNIQUE INDEX tray_one_open_delivery ON tray (delivery_id) WHERE closed_at IS NULL AND scan_id IS NULL;
CREATE INDEX tray_open ON tray (kind, opened_at) WHERE closed_at IS NULL;
CREATE INDEX tray_guess ON tray (best_guess_slide_id) WHERE closed_at IS NULL;

-- Machine work: leased by urgency, fenced by generation.
CREATE TABLE job (
  job_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  kind TEXT NOT NULL CHECK (kind IN ('tile', 'verify')),
  scan_id TEXT NOT NULL REFERENCES scan,
  urgency INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'done', 'dead')),
  fence INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  worker TEXT,
  lease_until INTEGER,
  run_at INTEGER NOT NULL,
  enqueued_at INTEGER NOT NULL,
  ended_at INTEGER,
  last_error TEXT,
  UNIQUE (kind, scan_id),
  CHECK ((state = 'leased') = (lease_until IS NOT NULL))
) STRICT;
CREATE INDEX job_queued ON job (kind, urgency, run_at) WHERE state = 'queued';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'leased';
