-- The supervisor only while their own credential holds, at $2.
SELECT c.pathologist_id, c.specialty, c.tier, c.profession, c.practice, c.valid_from, c.valid_to,
  (SELECT s.pathologist_id FROM credential s WHERE s.pathologist_id = c.supervisor_id AND s.specialty = c.specialty
    AND s.profession <> 'trainee' AND s.valid_from <= $2 AND s.valid_to > $2) AS supervisor_id
FROM credential c WHERE c.pathologist_id IN (SELECT value FROM json_each($1)) ORDER BY c.pathologist_id, c.specialty
