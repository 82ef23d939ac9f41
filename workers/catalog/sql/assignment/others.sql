SELECT DISTINCT pathologist_id FROM assignment WHERE case_id = $1 AND reading_id <> $2 AND state IN ('active', 'signed_out') ORDER BY pathologist_id
