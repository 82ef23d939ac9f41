INSERT INTO case_pause (case_id, began_at, organisation_id, reason, began_by)
SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT)
WHERE NOT EXISTS (SELECT 1 FROM case_pause WHERE case_id = CAST($1 AS TEXT) AND ended_at IS NULL)
