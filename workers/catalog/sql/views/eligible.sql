-- Whoever is credentialed in the specialty of a reading ($1) and of its organisation, or of one it ever had an agreement with: those who
-- are here first, then those who hold least; $2 of them. `all_of_them` counts them, shown or not.
SELECT p.pathologist_id, p.organisation_id, p.site_id, p.name, CASE WHEN EXISTS (
    SELECT 1 FROM absence a WHERE a.pathologist_id = p.pathologist_id AND a.cancelled_at IS NULL
    AND a.claims_end_at <= (SELECT now_us FROM clock) AND a.to_at > (SELECT now_us FROM clock)) THEN 'away' ELSE p.presence END AS presence,
  p.active, p.max_active, p.points, p.max_points, p.rights_version, o.name AS organisation_name, s.name AS site_name,
  CAST(count(*) OVER () AS BIGINT) AS all_of_them
FROM reading r CROSS JOIN credential k CROSS JOIN pathologist p CROSS JOIN organisation o CROSS JOIN site s
WHERE r.reading_id = $1 AND k.specialty = r.specialty AND p.pathologist_id = k.pathologist_id
  AND (p.organisation_id = r.organisation_id OR EXISTS (
    SELECT 1 FROM agreement a WHERE a.organisation_id = r.organisation_id AND a.reading_organisation_id = p.organisation_id))
  AND o.organisation_id = p.organisation_id AND s.site_id = p.site_id
ORDER BY CASE WHEN p.presence = 'available' THEN 0 ELSE 1 END, p.active, p.pathologist_id
LIMIT $2
