UPDATE extra_work SET pathologist_id = $2 WHERE reading_id = $1 AND closed_at IS NULL
