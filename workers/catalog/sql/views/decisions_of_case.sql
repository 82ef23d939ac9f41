SELECT a.claim_id, a.reading_id, a.pathologist_id, p.name, a.began_at, a.ended_at, a.state, a.fence, a.rights_version, a.out_of_order, a.end_reason, a.why, a.decision
FROM assignment a JOIN pathologist p ON p.pathologist_id = a.pathologist_id
WHERE a.reading_id IN (SELECT r.reading_id FROM reading r WHERE r.case_id = $1 AND r.organisation_id = $2)
ORDER BY a.began_at DESC, a.claim_id DESC
LIMIT 500
