SELECT (SELECT count(*) FROM member m JOIN scan s ON s.scan_id = m.scan_id WHERE s.pixels <> 'arriving')
  + 2 * (SELECT count(*) FROM scan WHERE index_header_digest IS NOT NULL)
  + 2 * (SELECT count(*) FROM scan WHERE index_header_digest IS NOT NULL AND generation > published_generation) AS objects
