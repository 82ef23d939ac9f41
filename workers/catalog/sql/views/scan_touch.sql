SELECT s.organisation_id, s.site_id, s.case_id, s.generation, s.published_generation, s.pixels, s.attempt_id,
  s.index_header_digest, s.index_header_length, s.facts
FROM scan s
WHERE s.scan_id = $1
