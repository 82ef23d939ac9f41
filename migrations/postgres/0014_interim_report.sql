-- What can be said while extra work is waited for. It ends nothing: the report follows. `scans`: JSON, what its signer had seen.
CREATE TABLE interim_report (
  report_id TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisation,
  reading_id TEXT NOT NULL REFERENCES reading,
  case_id TEXT NOT NULL REFERENCES cases,
  pathologist_id TEXT NOT NULL REFERENCES pathologist,
  claim_id TEXT NOT NULL REFERENCES assignment,
  fence BIGINT NOT NULL,
  case_revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  scans TEXT NOT NULL,
  acknowledged TEXT NOT NULL,
  damage_reason TEXT NOT NULL DEFAULT '',
  signed_at BIGINT NOT NULL
);
CREATE INDEX interim_report_case ON interim_report (case_id, signed_at);
