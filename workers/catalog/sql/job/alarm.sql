UPDATE job SET alarmed_at = $1
WHERE alarmed_at IS NULL AND job_id IN (
  SELECT job_id FROM job WHERE alarmed_at IS NULL AND state <> 'done' AND state <> 'dead' AND kind <> 'verify' AND enqueued_at <= $3
  UNION ALL SELECT job_id FROM job WHERE alarmed_at IS NULL AND state <> 'done' AND state <> 'dead' AND kind = 'verify' AND enqueued_at <= $4
  LIMIT $2)
RETURNING scan_id AS about, organisation_id, 'work_stuck' AS topic
