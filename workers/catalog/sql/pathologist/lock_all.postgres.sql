SELECT pathologist_id FROM pathologist WHERE pathologist_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) ORDER BY pathologist_id FOR UPDATE
