SELECT reading_id, pathologist_id, max(until) AS until FROM exclusion
WHERE reading_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) AND until > $2 GROUP BY reading_id, pathologist_id
