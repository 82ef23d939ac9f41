SELECT n, name, size_bytes, blake3 FROM member WHERE scan_id = $1 ORDER BY n
