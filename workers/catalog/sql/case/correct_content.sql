INSERT INTO case_content (case_id, version, organisation_id, recorded_at, recorded_by, requester, copy_to, clinical_details, named_pathologist_id)
SELECT o.case_id, CAST($2 AS BIGINT), o.organisation_id, CAST($3 AS BIGINT), $4, $5, $6, $7, o.named_pathologist_id FROM case_content o
WHERE o.case_id = $1 AND o.version = CAST($2 AS BIGINT) - 1
