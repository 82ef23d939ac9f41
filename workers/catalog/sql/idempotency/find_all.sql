SELECT organisation_id, command, idempotency_key, answer FROM idempotency
WHERE (organisation_id, command, idempotency_key) IN
  (SELECT value ->> 'o', value ->> 'c', value ->> 'k' FROM json_each($1))
