UPDATE reading SET lease_until = $2, heartbeat_at = $3, activity_at = $4, begun_at = $5, hold_until = $6 WHERE reading_id = $1
