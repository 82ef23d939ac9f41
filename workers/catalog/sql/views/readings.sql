SELECT r.reading_id, r.kind, r.cause, r.question, r.state, r.pathologist_id, r.claim_id, r.fence, r.lease_until, r.begun_at, r.hold_until, r.offer_until,
  h.name AS holder_name
FROM reading r
LEFT JOIN pathologist h ON h.pathologist_id = r.pathologist_id
WHERE r.case_id = $1
ORDER BY r.slot
LIMIT 100
