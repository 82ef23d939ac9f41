SELECT answer FROM idempotency WHERE organisation_id = $1 AND command = $2 AND idempotency_key = $3
