-- The blind readings of a case ($1) that are not signed.
SELECT reading_id FROM reading WHERE case_id = $1 AND cause = 'sample' AND state IN ('not_ready', 'waiting', 'claimed')
