INSERT INTO idempotency (organisation_id, command, idempotency_key, answer, at) VALUES ($1, $2, $3, $4, $5)
