UPDATE job SET state = 'leased', fence = fence + 1, attempts = attempts + 1, worker = $1, lease_until = $2
WHERE job_id = (
  SELECT job_id FROM job WHERE state = 'queued' AND run_at <= $3 AND ($4 = '' OR kind = $4)
  ORDER BY CASE kind WHEN 'verify' THEN 1 ELSE 0 END, urgency, run_at, job_id LIMIT 1)
RETURNING job_id, kind, scan_id, organisation_id, fence, urgency, attempts
