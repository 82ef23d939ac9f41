-- {history} cases more that were signed out, all of them by the hundred pathologists who still read.
CREATE TEMP TABLE done AS
WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {history})
SELECT n, p.organisation_id, p.site_id, p.pathologist_id, 1780000000000000 + n * 1000000 AS at
FROM number JOIN pathologist p ON p.pathologist_id = printf('00000000-0000-8000-8004-%012x', n % 100);
INSERT INTO cases (case_id, organisation_id, site_id, patient_id, issuer, number, specialty, priority, state, revision,
  content_version, manifest_version, received_at, accessioned_at, due_at, class, vkey, ready_at, signed_out_at, report_of_record, fingerprint)
SELECT printf('00000000-0000-8000-8016-%012x', n), organisation_id, site_id, '00000000-0000-8000-8005-000000000000', 'issuer-0', 'S25-' || n,
  's1', 'routine', 'signed_out', 1, 1, 1, at, at, at, 1, at, at, at, 'slideway', x'' FROM done;
INSERT INTO reading (reading_id, organisation_id, case_id, kind, slot, stage, specialty, specialties, priority, state, class, vkey, due_at, ready_at, fence, signed_out_at)
SELECT printf('00000000-0000-8000-8017-%012x', n), organisation_id, printf('00000000-0000-8000-8016-%012x', n),
  'primary', 1, 2, 's1', 's1', 'routine', 'signed_out', 1, at, at, at, 1, at FROM done;
INSERT INTO assignment (claim_id, organisation_id, reading_id, case_id, pathologist_id, fence, state, began_at, ended_at, rights_version, why)
SELECT printf('00000000-0000-8000-8018-%012x', n), organisation_id, printf('00000000-0000-8000-8017-%012x', n),
  printf('00000000-0000-8000-8016-%012x', n), pathologist_id, 1, 'signed_out', at, at, 0, '[]' FROM done;
INSERT INTO event (organisation_id, kind, at, case_id, reading_id, pathologist_id, fence)
SELECT organisation_id, kind.value, at, printf('00000000-0000-8000-8016-%012x', n), printf('00000000-0000-8000-8017-%012x', n), pathologist_id, 1
FROM done, json_each('["ready", "claimed", "signed_out"]') kind;
INSERT INTO audit (organisation_id, at, subject, action, purpose, basis, outcome, case_id, reading_id, detail)
SELECT organisation_id, at, pathologist_id, action.value, 'direct_care', 'contract', 'done', printf('00000000-0000-8000-8016-%012x', n),
  printf('00000000-0000-8000-8017-%012x', n), '' FROM done, json_each('["claim", "open", "sign_out"]') action;
DROP TABLE done;
