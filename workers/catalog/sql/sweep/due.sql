SELECT object_key, size_bytes FROM sweep_mark WHERE marked_at <= $1 AND object_key > $2 ORDER BY object_key LIMIT $3
