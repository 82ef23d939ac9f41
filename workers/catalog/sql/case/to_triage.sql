SELECT c.case_id, c.organisation_id, c.site_id, c.patient_id, c.priority, c.state, c.due_at, c.class, c.vkey,
  r.reading_id, r.state AS reading_state, r.claim_id, r.fence,
  (SELECT string_agg(n.pathologist_id, ',') FROM reading_person n WHERE n.reading_id = r.reading_id) AS named,
  (SELECT count(*) FROM reading o WHERE o.case_id = c.case_id) AS readings
FROM cases c LEFT JOIN reading r ON r.case_id = c.case_id AND r.slot = 1
WHERE c.case_id = $1
