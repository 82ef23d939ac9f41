SELECT reading_id, pathologist_id, max(until) AS until FROM exclusion
WHERE reading_id IN (SELECT value FROM json_each($1)) AND until > $2 GROUP BY reading_id, pathologist_id
