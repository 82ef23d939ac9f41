-- 201 organisations of one site, {people} pathologists in 300 profiles of 46 pools, and everything that waits.
-- Each reads two specialties of their own site and, by agreement, of the 22 that follow it. The last two read the
-- 41st specialty and the 42nd (of which nothing waits) at the 201st site, and nothing else.
CREATE FUNCTION pg_temp.id(kind int, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT '00000000-0000-8000-8' || lpad(kind::text, 3, '0') || '-' || lpad(to_hex(n), 12, '0') $$;

INSERT INTO organisation (organisation_id, name) SELECT pg_temp.id(1, n), 'hospital ' || n FROM generate_series(0, 200) n;
INSERT INTO site (site_id, organisation_id, name) SELECT pg_temp.id(2, n), pg_temp.id(1, n), 'site ' || n FROM generate_series(0, 200) n;
INSERT INTO issuer (issuer, organisation_id, numbers) SELECT 'issuer-' || n, pg_temp.id(1, n), 'any' FROM generate_series(0, 200) n;
INSERT INTO pool (pool_id, organisation_id, specialty) OVERRIDING SYSTEM VALUE
SELECT o * 40 + s, pg_temp.id(1, o), 's' || s FROM generate_series(0, 200) o, generate_series(1, 42) s WHERE o < 200 AND s <= 40 OR o = 200 AND s > 40;
SELECT setval(pg_get_serial_sequence('pool', 'pool_id'), 9000);
INSERT INTO agreement (agreement_id, organisation_id, reading_organisation_id, specialty, purpose, legal_basis, valid_from, valid_to)
SELECT pg_temp.id(3, reader * 100 + d), pg_temp.id(1, (reader + d) % 200), pg_temp.id(1, reader), '*', 'direct_care', 'contract', 0, 9223372036854775807
FROM generate_series(0, 199) reader, generate_series(1, 22) d;

CREATE TEMP TABLE who AS
SELECT n, CASE WHEN n >= {people} - 2 THEN 200 ELSE n % 300 % 200 END AS site,
  CASE WHEN n = {people} - 2 THEN ARRAY[41] WHEN n = {people} - 1 THEN ARRAY[42] ELSE ARRAY[n % 300 * 7 % 40 + 1, (n % 300 * 7 + 13) % 40 + 1] END AS reads
FROM generate_series(0, {people} - 1) n;
INSERT INTO pathologist (pathologist_id, organisation_id, site_id, name, presence, max_active, max_points)
SELECT pg_temp.id(4, n), pg_temp.id(1, site), pg_temp.id(2, site), 'Dr TESTDOCTOR ' || n, 'available', 1000000, 1000000 FROM who;
INSERT INTO credential (pathologist_id, organisation_id, specialty, tier, valid_from, valid_to)
SELECT pg_temp.id(4, n), pg_temp.id(1, site), 's' || s, 'specialist', 0, 9223372036854775807 FROM who, unnest(reads) s;
INSERT INTO reading_right (pathologist_id, pool_id, organisation_id, agreement_id, valid_from, valid_to)
SELECT pg_temp.id(4, n), CASE WHEN site = 200 THEN 8000 ELSE (site + d) % 200 * 40 END + s, pg_temp.id(1, site),
  CASE WHEN d > 0 THEN pg_temp.id(3, site * 100 + d) END, 0, 9223372036854775807
FROM who, unnest(reads) s, generate_series(0, 22) d WHERE site < 200 OR d = 0;

INSERT INTO patient (patient_id, organisation_id, version, family, given, born, sex)
SELECT pg_temp.id(5, n), pg_temp.id(1, n % 201), 1, 'TESTPATIENT', 'Anna', '1961-04-12', 'F' FROM generate_series(0, 20099) n;
INSERT INTO cases (case_id, organisation_id, site_id, patient_id, issuer, number, specialty, priority, state, revision,
  content_version, manifest_version, received_at, accessioned_at, due_at, class, vkey, ready_at, report_of_record, fingerprint)
SELECT pg_temp.id(6, n), pg_temp.id(1, site), pg_temp.id(2, site), pg_temp.id(5, n % 100 * 201 + site), 'issuer-' || site, 'S26-' || n,
  's' || specialty, 'routine', 'ready', 1, 1, 1, vkey, vkey, vkey, 1, vkey, vkey, 'slideway', ''
FROM bench_waiting;
INSERT INTO reading (reading_id, organisation_id, case_id, kind, slot, stage, specialty, specialties, priority, state, class, vkey, due_at, ready_at)
SELECT lpad(to_hex(n * 2654435761 % 4294967296), 8, '0') || substr(pg_temp.id(7, n), 9), pg_temp.id(1, site), pg_temp.id(6, n),
  CASE WHEN n % {second_every} = {second_every} - 1 THEN 'second_before_release' ELSE 'primary' END, 1, 2,
  's' || specialty, 's' || specialty, 'routine', 'waiting', 1, vkey, vkey, vkey
FROM bench_waiting;
INSERT INTO reading_pool (pool_id, class, vkey, reading_id, organisation_id)
SELECT pool, 1, vkey, lpad(to_hex(n * 2654435761 % 4294967296), 8, '0') || substr(pg_temp.id(7, n), 9), pg_temp.id(1, site) FROM bench_waiting;
DROP TABLE who;
