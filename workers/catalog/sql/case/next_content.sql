UPDATE cases SET content_version = content_version + 1 WHERE case_id = $1 RETURNING content_version
