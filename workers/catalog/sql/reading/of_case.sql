SELECT r.reading_id, r.organisation_id, c.site_id, r.specialties FROM reading r JOIN cases c ON c.case_id = r.case_id
WHERE r.case_id = $1 ORDER BY r.reading_id
