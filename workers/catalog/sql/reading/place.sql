SELECT r.specialties, c.site_id, CAST(CASE WHEN p.restricted = 1 OR c.own_organisation_only = 1 THEN 1 ELSE 0 END AS BIGINT) AS own_only
FROM reading r JOIN cases c ON c.case_id = r.case_id JOIN patient p ON p.patient_id = c.patient_id WHERE r.reading_id = $1
