SELECT r.report_id, c.number, c.organisation_id, c.specialty, r.pathologist_id
FROM report r JOIN cases c ON c.case_id = r.case_id WHERE r.report_id > $1 ORDER BY r.report_id LIMIT $2
