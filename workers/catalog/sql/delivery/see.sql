INSERT INTO delivery (delivery_id, organisation_id, scanner_id, name, size_bytes, modified_us, state, first_seen_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, 'arriving', $7, $7)
ON CONFLICT (scanner_id, name) DO UPDATE
SET size_bytes = excluded.size_bytes, modified_us = excluded.modified_us, changed_at = excluded.changed_at, state = 'arriving', deadline_at = NULL
WHERE delivery.size_bytes <> excluded.size_bytes OR delivery.modified_us <> excluded.modified_us
