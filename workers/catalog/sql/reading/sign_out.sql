UPDATE reading SET state = 'signed_out', signed_out_at = $2, pathologist_id = NULL, claim_id = NULL, lease_until = NULL, hold_until = NULL
WHERE reading_id = $1
