-- Absences between $2 and $3 of who has a right to the pools all sites share; they take no new case from some hours before.
SELECT DISTINCT a.absence_id, a.pathologist_id, a.claims_end_at AS starts_at, a.to_at AS ends_at
FROM pool o
JOIN reading_right rr ON rr.pool_id = o.pool_id
JOIN absence a ON a.pathologist_id = rr.pathologist_id AND a.to_at > $2 AND a.claims_end_at < $3 AND a.cancelled_at IS NULL
WHERE o.organisation_id = $1 AND o.specialties = 1 AND o.scope IN ('network', 'on_call')
ORDER BY starts_at, a.absence_id LIMIT 50000
