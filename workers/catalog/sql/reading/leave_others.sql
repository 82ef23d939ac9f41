-- Out of the pools that other organisations share.
DELETE FROM reading_pool WHERE reading_id IN (SELECT reading_id FROM reading WHERE case_id = $1)
  AND pool_id IN (SELECT pool_id FROM pool WHERE scope IN ('network', 'on_call'))
