-- A pathologist ($2) saw the reports of a case ($1): kept until $3 from its blind readings, but for one they hold. Who signed of it may not
-- read them anyhow.
INSERT INTO exclusion (reading_id, pathologist_id, organisation_id, reason, until)
SELECT reading_id, $2, organisation_id, 'saw_report', $3 FROM reading
WHERE case_id = $1 AND cause = 'sample' AND state IN ('not_ready', 'waiting', 'claimed') AND COALESCE(pathologist_id, '') <> $2
  AND NOT EXISTS (SELECT 1 FROM reading q JOIN assignment a ON a.reading_id = q.reading_id
    WHERE q.case_id = $1 AND a.pathologist_id = $2 AND a.state = 'signed_out')
ON CONFLICT (reading_id, pathologist_id, reason) DO NOTHING
RETURNING reading_id, organisation_id
