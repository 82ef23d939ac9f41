SELECT n, name, size_bytes FROM member WHERE scan_id = $1 ORDER BY n LIMIT 65536
