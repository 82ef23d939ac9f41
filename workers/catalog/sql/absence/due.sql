SELECT absence_id FROM absence WHERE applied_at IS NULL AND cancelled_at IS NULL AND from_at <= $1 ORDER BY from_at, absence_id LIMIT $2
