SELECT r.reading_id, r.case_id, r.organisation_id, r.state, r.fence, r.claim_id, r.pathologist_id, r.priority, r.due_at, r.claimed_at,
  r.heartbeat_at, r.activity_at, r.begun_at, r.hold_until, r.offer_until, r.told_for, r.kind, r.cause, (SELECT p.name FROM pathologist p WHERE p.pathologist_id = r.pathologist_id) AS holder
FROM reading r WHERE r.reading_id = $1
