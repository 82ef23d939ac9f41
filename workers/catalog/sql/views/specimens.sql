SELECT s.specimen_id, s.part, s.specimen_type, s.body_site, s.macroscopic, s.fixation, s.decalcified
FROM specimen s
WHERE s.case_id = $1
  AND NOT EXISTS (SELECT 1 FROM specimen n WHERE n.case_id = s.case_id AND n.part = s.part AND n.version > s.version)
ORDER BY s.part
LIMIT 500
