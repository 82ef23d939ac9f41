UPDATE case_clock SET stopped_at = $2 WHERE case_id = $1 AND stopped_at IS NULL
