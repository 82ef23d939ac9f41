SELECT case_id, excluded_organisation_id, recorded_at FROM objection WHERE case_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb)))
