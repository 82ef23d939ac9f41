SELECT p.pathologist_id, p.name, p.organisation_id, p.presence, p.active, p.max_active, st.name AS site_name,
  (SELECT string_agg(k.specialty, ' ' ORDER BY k.specialty) FROM credential k
   WHERE k.pathologist_id = p.pathologist_id AND k.valid_from <= $2 AND k.valid_to > $2) AS specialties
FROM pathologist p
JOIN site st ON st.site_id = p.site_id
WHERE p.organisation_id = $1 AND ($3 = '' OR p.pathologist_id = $3)
ORDER BY p.name, p.pathologist_id
LIMIT 2000
