-- What a scan is like, and what people decide about it.

CREATE TABLE quality (
  scan_id TEXT PRIMARY KEY REFERENCES scan,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  verdict TEXT NOT NULL CHECK (verdict IN ('good', 'flagged', 'passed', 'rescan', 'released', 'not_measured')),
  flags TEXT NOT NULL,
  measures TEXT,
  heat_map BLOB CHECK (heat_map IS NULL OR length(heat_map) <= 262144),
  reason TEXT NOT NULL DEFAULT '',
  measured_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by TEXT,
  CHECK (verdict = 'not_measured' OR measures IS NOT NULL)
) STRICT;

-- A rescan names what was wrong with which scan, and where.
ALTER TABLE rescan ADD COLUMN scan_id TEXT REFERENCES scan;
ALTER TABLE rescan ADD COLUMN scanner_id TEXT REFERENCES scanner;
ALTER TABLE rescan ADD COLUMN site_id TEXT REFERENCES site;
ALTER TABLE rescan ADD COLUMN code TEXT NOT NULL DEFAULT 'other';
ALTER TABLE rescan ADD COLUMN region_x INTEGER;
ALTER TABLE rescan ADD COLUMN region_y INTEGER;
ALTER TABLE rescan ADD COLUMN region_width INTEGER;
ALTER TABLE rescan ADD COLUMN region_height INTEGER;

-- A check of a table cannot be changed here: the table is made again.
CREATE TABLE tray_new (
  tray_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  site_id TEXT NOT NULL REFERENCES site,
  kind TEXT NOT NULL CHECK (kind IN ('unmatched', 'held', 'quarantine', 'quality')),
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
INSERT INTO tray_new SELECT tray_id, organisation_id, site_id, kind, code, detail, scan_id, delivery_id, best_guess_slide_id,
  owner_role, opened_at, deadline_at, alarmed_at, first_released_by, closed_at, closed_by, resolution FROM tray;
DROP TABLE tray;
ALTER TABLE tray_new RENAME TO tray;
CREATE UNIQUE INDEX tray_one_open_scan ON tray (scan_id) WHERE closed_at IS NULL AND scan_id IS NOT NULL AND kind <> 'quality';
CREATE UNIQUE INDEX tray_one_open_quality ON tray (scan_id) WHERE closed_at IS NULL AND kind = 'quality';
CREATE UNIQUE INDEX tray_one_open_delivery ON tray (delivery_id) WHERE closed_at IS NULL AND scan_id IS NULL;
CREATE INDEX tray_open ON tray (kind, opened_at) WHERE closed_at IS NULL;
CREATE INDEX tray_guess ON tray (best_guess_slide_id) WHERE closed_at IS NULL;

CREATE TABLE job_new (
  job_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  kind TEXT NOT NULL CHECK (kind IN ('tile', 'verify', 'quality')),
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
INSERT INTO job_new SELECT job_id, organisation_id, kind, scan_id, urgency, state, fence, attempts, worker, lease_until, run_at,
  enqueued_at, ended_at, last_error FROM job;
DROP TABLE job;
ALTER TABLE job_new RENAME TO job;
CREATE INDEX job_queued ON job (kind, urgency, run_at) WHERE state = 'queued';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'leased';
