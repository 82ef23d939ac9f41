UPDATE reading SET state = 'claimed', pathologist_id = $2, claim_id = $3, claimed_at = $4, heartbeat_at = $4, activity_at = $4,
  lease_until = $5, begun_at = NULL, hold_until = NULL, fence = fence + 1
WHERE reading_id = $1 AND state = 'waiting' RETURNING fence
