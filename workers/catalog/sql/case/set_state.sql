UPDATE cases SET state = $2, ready_at = COALESCE(ready_at, $3) WHERE case_id = $1
