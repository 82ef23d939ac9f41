UPDATE manifest_slide SET expectation = 'waived', reason = $4, decided_by = $5 WHERE case_id = $1 AND version = $2 AND slide_id = $3
