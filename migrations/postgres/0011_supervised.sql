-- Who supervises a trainee now: the one named or, while they are away, their deputy (nobody without one); as long as that one's credential holds.
CREATE VIEW supervised AS
SELECT k.pathologist_id, k.specialty, s.pathologist_id AS supervisor_id
FROM credential k
JOIN credential s ON s.specialty = k.specialty AND s.pathologist_id = COALESCE((
  SELECT COALESCE(a.deputy_id, '') FROM absence a
  WHERE a.pathologist_id = k.supervisor_id AND a.cancelled_at IS NULL
    AND a.from_at <= (SELECT now_us FROM clock) AND a.to_at > (SELECT now_us FROM clock)
  ORDER BY a.from_at, a.absence_id LIMIT 1), k.supervisor_id)
WHERE s.profession <> 'trainee' AND s.valid_from <= (SELECT now_us FROM clock) AND s.valid_to > (SELECT now_us FROM clock);
