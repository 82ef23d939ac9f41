INSERT INTO manifest_slide (case_id, version, slide_id, organisation_id, expectation, reason, decided_by)
SELECT case_id, CAST($2 AS BIGINT), slide_id, organisation_id, expectation, reason, decided_by FROM manifest_slide WHERE case_id = $1 AND version = CAST($2 AS BIGINT) - 1
