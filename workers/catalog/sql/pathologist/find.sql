-- Whoever is away, or will be so soon that they take no new cases, is away for a claim.
SELECT pathologist_id, organisation_id, site_id, name, CASE WHEN EXISTS (
    SELECT 1 FROM absence a WHERE a.pathologist_id = pathologist.pathologist_id AND a.cancelled_at IS NULL
    AND a.claims_end_at <= (SELECT now_us FROM clock) AND a.to_at > (SELECT now_us FROM clock)) THEN 'away' ELSE presence END AS presence,
  active, max_active, points, max_points, epoch, rights_version
FROM pathologist WHERE pathologist_id = $1
