SELECT r.reading_id, r.state, (SELECT p.name FROM pathologist p WHERE p.pathologist_id = r.pathologist_id) AS holder
FROM reading r WHERE r.reading_id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) ORDER BY r.reading_id FOR UPDATE
