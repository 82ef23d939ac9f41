UPDATE case_clock SET stopped_at = $3 WHERE case_id = $1 AND kind = $2 AND stopped_at IS NULL
