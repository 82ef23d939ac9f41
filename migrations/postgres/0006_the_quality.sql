-- What a scan is like, and what people decide about it.

CREATE TABLE quality (
  scan_id TEXT PRIMARY KEY REFERENCES scan,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  verdict TEXT NOT NULL CHECK (verdict IN ('good', 'flagged', 'passed', 'rescan', 'released', 'not_measured')),
  flags TEXT NOT NULL,
  measures TEXT,
  heat_map BYTEA CHECK (heat_map IS NULL OR length(heat_map) <= 262144),
  reason TEXT NOT NULL DEFAULT '',
  measured_at BIGINT NOT NULL,
  decided_at BIGINT,
  decided_by TEXT,
  CHECK (verdict = 'not_measured' OR measures IS NOT NULL)
);

-- A rescan names what was wrong with which scan, and where.
ALTER TABLE rescan ADD COLUMN scan_id TEXT REFERENCES scan;
ALTER TABLE rescan ADD COLUMN scanner_id TEXT REFERENCES scanner;
ALTER TABLE rescan ADD COLUMN site_id TEXT REFERENCES site;
ALTER TABLE rescan ADD COLUMN code TEXT NOT NULL DEFAULT 'other';
ALTER TABLE rescan ADD COLUMN region_x BIGINT;
ALTER TABLE rescan ADD COLUMN region_y BIGINT;
ALTER TABLE rescan ADD COLUMN region_width BIGINT;
ALTER TABLE rescan ADD COLUMN region_height BIGINT;

ALTER TABLE tray DROP CONSTRAINT tray_kind_check;
ALTER TABLE tray ADD CONSTRAINT tray_kind_check CHECK (kind IN ('unmatched', 'held', 'quarantine', 'quality'));
DROP INDEX tray_one_open_scan;
CREATE UNIQUE INDEX tray_one_open_scan ON tray (scan_id) WHERE closed_at IS NULL AND scan_id IS NOT NULL AND kind <> 'quality';
CREATE UNIQUE INDEX tray_one_open_quality ON tray (scan_id) WHERE closed_at IS NULL AND kind = 'quality';

ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN ('tile', 'verify', 'quality'));
