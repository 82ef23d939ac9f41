INSERT INTO outbox (organisation_id, topic, body, created_at, next_at) VALUES ($1, $2, $3, $4, $4)
