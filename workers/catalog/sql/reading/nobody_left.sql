-- Readings of a case ($1) for which nobody of its own site is left at $2; each is found once.
UPDATE reading SET nobody_left_at = $2
WHERE case_id = $1 AND state IN ('not_ready', 'waiting', 'claimed') AND nobody_left_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM cases c
  JOIN pathologist p ON p.organisation_id = c.organisation_id AND p.site_id = c.site_id
  JOIN credential k ON k.pathologist_id = p.pathologist_id AND k.specialty = reading.specialty AND k.valid_from <= $2 AND k.valid_to > $2
  WHERE c.case_id = reading.case_id AND (reading.tier = 'core' OR k.tier = 'specialist')
    AND NOT EXISTS (SELECT 1 FROM exclusion e WHERE e.reading_id = reading.reading_id AND e.pathologist_id = p.pathologist_id AND e.until > $2)
    AND NOT EXISTS (SELECT 1 FROM objection x WHERE x.case_id = c.case_id AND x.excluded_organisation_id = p.organisation_id))
RETURNING reading_id, organisation_id
