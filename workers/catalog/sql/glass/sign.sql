UPDATE glass SET report_id = $2 WHERE reading_id = $1
