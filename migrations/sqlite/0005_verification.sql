-- What the verification pass leaves, and what it finds.

-- Generations from this one to the current one show the same pixels: later ones only have more levels.
ALTER TABLE scan ADD COLUMN published_generation INTEGER NOT NULL DEFAULT 0;
UPDATE scan SET published_generation = generation;

-- Why a report was signed although a slide of the case is damaged.
ALTER TABLE report ADD COLUMN damage_reason TEXT NOT NULL DEFAULT '';
CREATE INDEX report_scan_scan ON report_scan (scan_id);
