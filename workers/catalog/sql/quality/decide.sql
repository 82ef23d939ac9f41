UPDATE quality SET verdict = $2, decided_at = $3, decided_by = $4, reason = $5 WHERE scan_id = $1
