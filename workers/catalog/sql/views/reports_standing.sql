-- The reports of a case ($1) and its interim ones, as they stand now.
SELECT report_id FROM report WHERE case_id = $1
UNION ALL
SELECT report_id FROM interim_report WHERE case_id = $1
LIMIT 200
