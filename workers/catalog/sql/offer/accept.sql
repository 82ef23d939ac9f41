UPDATE reading SET offer_until = NULL, heartbeat_at = $2, activity_at = $2, lease_until = $3 WHERE reading_id = $1
