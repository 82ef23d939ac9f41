-- {history} cases more that were signed out, all of them by the hundred pathologists who still read.
CREATE FUNCTION pg_temp.id(kind int, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT '00000000-0000-8000-8' || lpad(kind::text, 3, '0') || '-' || lpad(to_hex(n), 12, '0') $$;

CREATE TEMP TABLE done AS
SELECT n, p.organisation_id, p.site_id, p.pathologist_id, 1780000000000000 + n * 1000000 AS at
FROM generate_series(1, CAST({history} AS BIGINT)) n JOIN pathologist p ON p.pathologist_id = pg_temp.id(4, n % 100);
INSERT INTO cases (case_id, organisation_id, site_id, patient_id, issuer, number, specialty, priority, state, revision,
  content_version, manifest_version, received_at, accessioned_at, due_at, class, vkey, ready_at, signed_out_at, report_of_record, fingerprint)
SELECT pg_temp.id(16, n), organisation_id, site_id, pg_temp.id(5, 0), 'issuer-0', 'S25-' || n, 's1', 'routine', 'signed_out', 1, 1, 1,
  at, at, at, 1, at, at, at, 'slideway', '' FROM done;
INSERT INTO reading (reading_id, organisation_id, case_id, kind, slot, stage, specialty, specialties, priority, state, class, vkey, due_at, ready_at, fence, signed_out_at)
SELECT pg_temp.id(17, n), organisation_id, pg_temp.id(16, n), 'primary', 1, 2, 's1', 's1', 'routine', 'signed_out', 1, at, at, at, 1, at FROM done;
INSERT INTO assignment (claim_id, organisation_id, reading_id, case_id, pathologist_id, fence, state, began_at, ended_at, rights_version, why)
SELECT pg_temp.id(18, n), organisation_id, pg_temp.id(17, n), pg_temp.id(16, n), pathologist_id, 1, 'signed_out', at, at, 0, '[]' FROM done;
INSERT INTO event (organisation_id, kind, at, case_id, reading_id, pathologist_id, fence)
SELECT organisation_id, kind, at, pg_temp.id(16, n), pg_temp.id(17, n), pathologist_id, 1 FROM done, unnest(ARRAY['ready', 'claimed', 'signed_out']) kind;
INSERT INTO audit (organisation_id, at, subject, action, purpose, basis, outcome, case_id, reading_id, detail)
SELECT organisation_id, at, pathologist_id, action, 'direct_care', 'contract', 'done', pg_temp.id(16, n), pg_temp.id(17, n), ''
FROM done, unnest(ARRAY['claim', 'open', 'sign_out']) action;
DROP TABLE done;
