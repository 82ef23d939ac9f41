UPDATE cases SET state = 'ready', signed_out_at = NULL WHERE case_id = $1 AND state = 'signed_out'
