-- 201 organisations of one site, {people} pathologists in 300 profiles of 46 pools, and everything that waits.
-- Each reads two specialties of their own site and, by agreement, of the 22 that follow it. The last two read the
-- 41st specialty and the 42nd (of which nothing waits) at the 201st site, and nothing else.
CREATE TEMP TABLE number (n INTEGER PRIMARY KEY);
INSERT INTO number WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < 20099) SELECT n FROM c;

INSERT INTO organisation (organisation_id, name) SELECT printf('00000000-0000-8000-8001-%012x', n), 'hospital ' || n FROM number WHERE n <= 200;
INSERT INTO site (site_id, organisation_id, name) SELECT printf('00000000-0000-8000-8002-%012x', n), printf('00000000-0000-8000-8001-%012x', n), 'site ' || n FROM number WHERE n <= 200;
INSERT INTO issuer (issuer, organisation_id, numbers) SELECT 'issuer-' || n, printf('00000000-0000-8000-8001-%012x', n), 'any' FROM number WHERE n <= 200;
INSERT INTO pool (pool_id, organisation_id, specialty)
SELECT o.n * 40 + s.n, printf('00000000-0000-8000-8001-%012x', o.n), 's' || s.n FROM number o, number s
WHERE s.n BETWEEN 1 AND 42 AND o.n <= 200 AND (o.n < 200 AND s.n <= 40 OR o.n = 200 AND s.n > 40);
INSERT INTO agreement (agreement_id, organisation_id, reading_organisation_id, specialty, purpose, legal_basis, valid_from, valid_to)
SELECT printf('00000000-0000-8000-8003-%012x', r.n * 100 + d.n), printf('00000000-0000-8000-8001-%012x', (r.n + d.n) % 200),
  printf('00000000-0000-8000-8001-%012x', r.n), '*', 'direct_care', 'contract', 0, 9223372036854775807
FROM number r, number d WHERE r.n < 200 AND d.n BETWEEN 1 AND 22;

CREATE TEMP TABLE who AS
SELECT n, CASE WHEN n >= {people} - 2 THEN 200 ELSE n % 300 % 200 END AS site,
  CASE WHEN n = {people} - 2 THEN 41 WHEN n = {people} - 1 THEN 42 ELSE n % 300 * 7 % 40 + 1 END AS one,
  CASE WHEN n < {people} - 2 THEN (n % 300 * 7 + 13) % 40 + 1 END AS other
FROM number WHERE n < {people};
CREATE TEMP TABLE reads AS SELECT n, site, one AS s FROM who UNION ALL SELECT n, site, other FROM who WHERE other IS NOT NULL;
INSERT INTO pathologist (pathologist_id, organisation_id, site_id, name, presence, max_active, max_points)
SELECT printf('00000000-0000-8000-8004-%012x', n), printf('00000000-0000-8000-8001-%012x', site), printf('00000000-0000-8000-8002-%012x', site),
  'Dr TESTDOCTOR ' || n, 'available', 1000000, 1000000 FROM who;
INSERT INTO credential (pathologist_id, organisation_id, specialty, tier, valid_from, valid_to)
SELECT printf('00000000-0000-8000-8004-%012x', n), printf('00000000-0000-8000-8001-%012x', site), 's' || s, 'specialist', 0, 9223372036854775807 FROM reads;
INSERT INTO reading_right (pathologist_id, pool_id, organisation_id, agreement_id, valid_from, valid_to)
SELECT printf('00000000-0000-8000-8004-%012x', r.n), CASE WHEN site = 200 THEN 8000 ELSE (site + d.n) % 200 * 40 END + s,
  printf('00000000-0000-8000-8001-%012x', site), CASE WHEN d.n > 0 THEN printf('00000000-0000-8000-8003-%012x', site * 100 + d.n) END, 0, 9223372036854775807
FROM reads r, number d WHERE d.n <= 22 AND (site < 200 OR d.n = 0);

INSERT INTO patient (patient_id, organisation_id, version, family, given, born, sex)
SELECT printf('00000000-0000-8000-8005-%012x', n), printf('00000000-0000-8000-8001-%012x', n % 201), 1, 'TESTPATIENT', 'Anna', '1961-04-12', 'F' FROM number;
INSERT INTO cases (case_id, organisation_id, site_id, patient_id, issuer, number, specialty, priority, state, revision,
  content_version, manifest_version, received_at, accessioned_at, due_at, class, vkey, ready_at, report_of_record, fingerprint)
SELECT printf('00000000-0000-8000-8006-%012x', n), printf('00000000-0000-8000-8001-%012x', site), printf('00000000-0000-8000-8002-%012x', site),
  printf('00000000-0000-8000-8005-%012x', n % 100 * 201 + site), 'issuer-' || site, 'S26-' || n,
  's' || specialty, 'routine', 'ready', 1, 1, 1, vkey, vkey, vkey, 1, vkey, vkey, 'slideway', x''
FROM bench_waiting;
INSERT INTO reading (reading_id, organisation_id, case_id, kind, slot, stage, specialty, specialties, priority, state, class, vkey, due_at, ready_at)
SELECT printf('%08x-0000-8000-8007-%012x', n * 2654435761 % 4294967296, n), printf('00000000-0000-8000-8001-%012x', site),
  printf('00000000-0000-8000-8006-%012x', n), CASE WHEN n % {second_every} = {second_every} - 1 THEN 'second_before_release' ELSE 'primary' END, 1, 2,
  's' || specialty, 's' || specialty, 'routine', 'waiting', 1, vkey, vkey, vkey
FROM bench_waiting ORDER BY 1;
INSERT INTO reading_pool (pool_id, class, vkey, reading_id, organisation_id)
SELECT pool, 1, vkey, printf('%08x-0000-8000-8007-%012x', n * 2654435761 % 4294967296, n), printf('00000000-0000-8000-8001-%012x', site)
FROM bench_waiting ORDER BY 1, 3;
DROP TABLE who;
DROP TABLE reads;
DROP TABLE number;
