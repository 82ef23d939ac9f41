INSERT INTO reading_pool (pool_id, class, vkey, reading_id, organisation_id)
SELECT o.pool_id, r.class, r.vkey, r.reading_id, r.organisation_id
FROM reading r JOIN pool o ON o.organisation_id = r.organisation_id AND o.specialty = r.specialty
WHERE r.reading_id = $1
