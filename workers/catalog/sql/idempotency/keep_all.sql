INSERT INTO idempotency (organisation_id, command, idempotency_key, answer, at) SELECT value ->> 'o', value ->> 'c', value ->> 'k', value ->> 'w', $2 FROM json_each($1)
