INSERT INTO idempotency (organisation_id, command, idempotency_key, answer, at) SELECT o, c, k, w, $2 FROM jsonb_to_recordset($1::jsonb) AS j(o text, c text, k text, w text)
