DELETE FROM reading_pool WHERE reading_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb)))
