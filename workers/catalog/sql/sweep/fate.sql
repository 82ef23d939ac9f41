SELECT s.attempt_id, s.generation, s.published_generation, s.index_header_digest, s.index_header_length,
  (SELECT count(*) FROM member m WHERE m.scan_id = s.scan_id) AS members,
  (SELECT count(*) FROM job j WHERE j.scan_id = s.scan_id AND j.state = 'leased') AS leased
FROM scan s WHERE s.scan_id = $1
