SELECT b.block_id, b.code, c.issuer, c.number, c.organisation_id, CAST((SELECT count(*) FROM slide s WHERE s.block_id = b.block_id) AS BIGINT) AS slides
FROM block b JOIN cases c ON c.case_id = b.case_id WHERE b.case_id = $1 AND b.code = $2 ORDER BY b.version DESC LIMIT 1
