UPDATE absence SET applied_at = $2 WHERE absence_id = $1 AND applied_at IS NULL AND cancelled_at IS NULL
