-- What waits: {waiting} readings of 40 specialties at 200 sites, in an order like chance. One in {every} is of a
-- 41st specialty at a 201st site, and in the last twentieth of the order: its only pathologist keeps up.
CREATE VIEW IF NOT EXISTS bench_waiting AS
WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {waiting})
SELECT n, site, specialty, site * 40 + specialty AS pool,
  1790000000000000 + CASE WHEN site = 200 THEN 4080000000 + n * 3266489917 % 200000000 ELSE n * 3266489917 % 4294967296 END AS vkey
FROM (
  SELECT n, CASE WHEN n % {every} = 3 THEN 200 ELSE n * 2654435761 % 4294967296 / 65536 % 200 END AS site,
    CASE WHEN n % {every} = 3 THEN 41 ELSE n * 2246822519 % 4294967296 / 65536 % 40 + 1 END AS specialty
  FROM number
) one;
