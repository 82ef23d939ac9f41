UPDATE pathologist SET active = active + j.n, points = points + j.w FROM jsonb_to_recordset($1::jsonb) AS j(p text, n bigint, w bigint)
WHERE pathologist.pathologist_id = ANY (ARRAY(SELECT v ->> 'p' FROM jsonb_array_elements($1::jsonb) v)) AND pathologist.pathologist_id = j.p
