SELECT claim_id, fence, pathologist_id FROM reading
WHERE state = 'claimed' AND ((begun_at IS NULL AND (lease_until <= $1 OR COALESCE(activity_at, claimed_at) <= $2)) OR hold_until <= $1)
ORDER BY lease_until, reading_id LIMIT $3
