SELECT pathologist_id, specialty, tier, valid_from, valid_to FROM credential WHERE pathologist_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) ORDER BY pathologist_id, specialty
