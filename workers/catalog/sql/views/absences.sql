-- The absences of an organisation ($1) that are not over at $2. History is passed over by the key.
SELECT a.absence_id, a.pathologist_id, p.name, d.name AS deputy_name, a.from_at, a.to_at, a.reason, a.applied_at
FROM pathologist p
CROSS JOIN absence a
LEFT JOIN pathologist d ON d.pathologist_id = a.deputy_id
WHERE p.organisation_id = $1 AND a.pathologist_id = p.pathologist_id AND a.to_at > $2 AND a.cancelled_at IS NULL
ORDER BY a.from_at, a.absence_id
LIMIT 2000
