SELECT organisation_id, command, idempotency_key, answer FROM idempotency
WHERE organisation_id = ANY (ARRAY(SELECT v ->> 'o' FROM jsonb_array_elements($1::jsonb) v))
  AND command = ANY (ARRAY(SELECT v ->> 'c' FROM jsonb_array_elements($1::jsonb) v))
  AND idempotency_key = ANY (ARRAY(SELECT v ->> 'k' FROM jsonb_array_elements($1::jsonb) v))
