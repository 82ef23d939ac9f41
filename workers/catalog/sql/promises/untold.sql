SELECT 'a case past its time about which nobody was told' AS promise, count(*) AS found
FROM cases WHERE state IN ('accessioned', 'partial', 'ready') AND due_at <= $1 AND alarmed_at IS NULL
UNION ALL SELECT 'a tray entry past its deadline about which nobody was told', count(*)
FROM tray WHERE closed_at IS NULL AND deadline_at <= $1 AND alarmed_at IS NULL
UNION ALL SELECT 'work that does not end and about which nobody was told', count(*)
FROM job WHERE state IN ('queued', 'leased') AND enqueued_at <= $2 AND alarmed_at IS NULL
UNION ALL SELECT 'a rescan that does not come and about which nobody was told', count(*)
FROM rescan WHERE done_at IS NULL AND requested_at <= $2 AND alarmed_at IS NULL
UNION ALL SELECT 'an arrival that does not end and about which nobody was told', count(*)
FROM delivery WHERE state = 'arriving' AND changed_at <= $2 AND alarmed_at IS NULL
UNION ALL SELECT 'an incident past its deadline about which nobody was told', count(*)
FROM incident WHERE closed_at IS NULL AND deadline_at <= $1 AND alarmed_at IS NULL
UNION ALL SELECT 'extra work past its deadline about which nobody was told', count(*)
FROM extra_work WHERE closed_at IS NULL AND deadline_at <= $1 AND alarmed_at IS NULL
UNION ALL SELECT 'a glass past its deadline about which nobody was told', count(*)
FROM glass WHERE read_at IS NULL AND deadline_at <= $1 AND alarmed_at IS NULL
UNION ALL SELECT 'a claim whose lease ended and that nobody gave back', count(*)
FROM reading WHERE state = 'claimed' AND begun_at IS NULL AND lease_until <= $2
UNION ALL SELECT 'a reading whose stage is over and that is offered to nobody else', count(*)
FROM reading WHERE state = 'waiting' AND next_relax_at <= $2
