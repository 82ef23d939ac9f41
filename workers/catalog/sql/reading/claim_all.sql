UPDATE reading SET state = 'claimed', pathologist_id = j.value ->> 'p', claim_id = j.value ->> 'c', claimed_at = $2, heartbeat_at = $2,
  activity_at = $2, lease_until = $3, begun_at = NULL, hold_until = NULL, fence = fence + 1
FROM json_each($1) j WHERE reading.reading_id = j.value ->> 'r' AND reading.state = 'waiting' RETURNING reading_id, fence
