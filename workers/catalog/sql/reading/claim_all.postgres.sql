-- The list of ids keeps the plan on the key, whatever the planner guesses of the JSON.
UPDATE reading SET state = 'claimed', pathologist_id = j.p, claim_id = j.c, claimed_at = $2, heartbeat_at = $2,
  activity_at = $2, lease_until = $3, begun_at = NULL, hold_until = NULL, fence = fence + 1
FROM jsonb_to_recordset($1::jsonb) AS j(r text, p text, c text)
WHERE reading.reading_id = ANY (ARRAY(SELECT v ->> 'r' FROM jsonb_array_elements($1::jsonb) v)) AND reading.reading_id = j.r AND reading.state = 'waiting' RETURNING reading_id, fence
