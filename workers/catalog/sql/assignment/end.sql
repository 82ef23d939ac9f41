UPDATE assignment SET state = $2, ended_at = $3, end_reason = $4 WHERE claim_id = $1 AND state = 'active'
