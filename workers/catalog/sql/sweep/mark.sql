INSERT INTO sweep_mark (object_key, size_bytes, marked_at) VALUES ($1, $2, $3) ON CONFLICT (object_key) DO NOTHING
