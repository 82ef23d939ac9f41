SELECT claim_id, why, decision FROM assignment WHERE decision IS NOT NULL AND claim_id > $1 ORDER BY claim_id LIMIT 1000
