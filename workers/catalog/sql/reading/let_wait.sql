UPDATE reading SET state = 'waiting', ready_at = $2 WHERE case_id = $1 AND state = 'not_ready' RETURNING reading_id
