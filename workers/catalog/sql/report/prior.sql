SELECT t.pathologist_id FROM cases c
JOIN report t ON t.case_id = c.case_id AND t.kind = 'report'
JOIN reading r ON r.reading_id = t.reading_id
WHERE c.patient_id = $1 AND r.specialty = $2 AND t.signed_at > $3 AND c.case_id <> $4
ORDER BY t.signed_at DESC, t.report_id LIMIT 1
