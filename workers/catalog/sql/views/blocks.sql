SELECT b.block_id, b.specimen_id, b.code, b.body_site, b.pieces, s.part
FROM block b
JOIN specimen s ON s.specimen_id = b.specimen_id
WHERE b.case_id = $1
  AND NOT EXISTS (SELECT 1 FROM block n WHERE n.case_id = b.case_id AND n.code = b.code AND n.version > b.version)
ORDER BY s.part, b.code
LIMIT 2000
