-- What was digitised: deliveries, scans and their members, identity, trays, machine jobs.

-- What a scanner's folder holds: seen, growing, stuck, taken or refused. Never deletes the source.
CREATE TABLE delivery (
  delivery_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  scanner_id TEXT NOT NULL REFERENCES scanner,
  name TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  modified_us BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('arriving', 'stuck', 'stored', 'refused')),
  reason TEXT NOT NULL DEFAULT '',
  first_seen_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  deadline_at BIGINT,
  scan_id TEXT,
  UNIQUE (scanner_id, name)
);
CREATE INDEX delivery_open ON delivery (deadline_at) WHERE state IN ('arriving', 'stuck');

CREATE TABLE scan (
  scan_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  site_id TEXT NOT NULL REFERENCES site,
  scanner_id TEXT REFERENCES scanner,
  issuer TEXT NOT NULL REFERENCES issuer,
  digest BYTEA NOT NULL,
  size_bytes BIGINT NOT NULL,
  attempt_id TEXT NOT NULL,
  pixels TEXT NOT NULL CHECK (pixels IN ('arriving', 'stored', 'published', 'verified', 'damaged', 'refused', 'quarantined')),
  identity TEXT NOT NULL CHECK (identity IN ('unmatched', 'matched', 'held')),
  slide_id TEXT REFERENCES slide,
  case_id TEXT REFERENCES cases,
  generation BIGINT NOT NULL DEFAULT 0,
  urgency BIGINT NOT NULL,
  facts TEXT,
  index_header_digest BYTEA,
  index_header_length BIGINT,
  index_size_bytes BIGINT,
  index_digest BYTEA,
  manifest_digest BYTEA,
  reason_code TEXT,
  reason TEXT,
  expected_slide_id TEXT REFERENCES slide,
  stored_at BIGINT NOT NULL,
  published_at BIGINT,
  verified_at BIGINT,
  matched_at BIGINT,
  matched_by TEXT,
  UNIQUE (organisation_id, digest),
  CHECK ((identity = 'matched') = (slide_id IS NOT NULL)),
  CHECK ((slide_id IS NULL) = (case_id IS NULL)),
  CHECK (pixels NOT IN ('published', 'verified') OR (index_header_digest IS NOT NULL AND facts IS NOT NULL)),
  CHECK (pixels NOT IN ('refused', 'quarantined') OR reason_code IS NOT NULL)
);
CREATE INDEX scan_slide ON scan (slide_id);
CREATE INDEX scan_case ON scan (case_id);
CREATE INDEX scan_stored ON scan (stored_at);
CREATE TABLE member (
  scan_id TEXT NOT NULL REFERENCES scan,
  n BIGINT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  name TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  blake3 BYTEA NOT NULL,
  PRIMARY KEY (scan_id, n)
);

-- P7: pushing again is free: same bytes, same scan, a new receipt.
CREATE TABLE receipt (
  receipt_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  scan_id TEXT NOT NULL REFERENCES scan,
  door TEXT NOT NULL,
  name TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX receipt_scan ON receipt (scan_id);

-- 8.2: what was read, where; origins of one source count once.
CREATE TABLE identifier (
  scan_id TEXT NOT NULL REFERENCES scan,
  origin TEXT NOT NULL CHECK (origin IN ('label_picture', 'embedded', 'file_name', 'operator', 'handheld')),
  value TEXT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  container TEXT,
  recorded_at BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  PRIMARY KEY (scan_id, origin, value, recorded_by)
);
CREATE INDEX identifier_container ON identifier (container);

-- A rescan someone asked for: only then may other bytes replace a slide's scan.
CREATE TABLE rescan (
  rescan_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  slide_id TEXT NOT NULL REFERENCES slide,
  reason TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  requested_by TEXT NOT NULL,
  done_at BIGINT
);
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
  opened_at BIGINT NOT NULL,
  deadline_at BIGINT NOT NULL,
  alarmed_at BIGINT,
  first_released_by TEXT,
  closed_at BIGINT,
  closed_by TEXT,
  resolution TEXT
);
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
  urgency BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'done', 'dead')),
  fence BIGINT NOT NULL DEFAULT 0,
  attempts BIGINT NOT NULL DEFAULT 0,
  worker TEXT,
  lease_until BIGINT,
  run_at BIGINT NOT NULL,
  enqueued_at BIGINT NOT NULL,
  ended_at BIGINT,
  last_error TEXT,
  UNIQUE (kind, scan_id),
  CHECK ((state = 'leased') = (lease_until IS NOT NULL))
);
CREATE INDEX job_queued ON job (kind, urgency, run_at) WHERE state = 'queued';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'leased';
