UPDATE reading SET state = 'waiting', pathologist_id = NULL, claim_id = NULL, claimed_at = NULL, heartbeat_at = NULL, activity_at = NULL,
  lease_until = NULL, begun_at = NULL, hold_until = NULL, offer_until = NULL, fence = fence + 1
WHERE reading_id = $1
