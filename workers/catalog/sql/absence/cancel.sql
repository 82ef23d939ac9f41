UPDATE absence SET cancelled_at = $2 WHERE absence_id = $1 AND cancelled_at IS NULL AND to_at > $2
