-- To a pathologist ($2) under a claim ($3), from whatever it was; its age is not touched.
UPDATE reading SET state = 'claimed', pathologist_id = $2, claim_id = $3, claimed_at = $4, heartbeat_at = $4, activity_at = $4,
  lease_until = $5, begun_at = $6, hold_until = $7, offer_until = $8, signed_out_at = NULL, fence = fence + 1
WHERE reading_id = $1 RETURNING fence
