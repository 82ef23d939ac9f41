SELECT a.attachment_id, a.kind, a.media_type, a.name, a.size_bytes, a.recorded_at
FROM attachment a
WHERE a.case_id = $1
ORDER BY a.recorded_at, a.attachment_id
LIMIT 500
