-- What waits for extra work is its requester's, however long it takes.
SELECT claim_id, fence, pathologist_id, reading_id FROM reading
WHERE state = 'claimed' AND lease_until IS NOT NULL AND ((begun_at IS NULL AND (lease_until <= $1 OR COALESCE(activity_at, claimed_at) <= $2)) OR hold_until <= $1)
  AND (begun_at IS NULL OR NOT EXISTS (SELECT 1 FROM extra_work w WHERE w.reading_id = reading.reading_id AND w.closed_at IS NULL))
ORDER BY lease_until, reading_id LIMIT $3
