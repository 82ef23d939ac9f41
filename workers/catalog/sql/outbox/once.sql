INSERT INTO outbox (organisation_id, topic, body, created_at, next_at, subject) VALUES ($1, $2, $3, $4, $4, $5)
ON CONFLICT (topic, subject) WHERE subject IS NOT NULL DO NOTHING
