SELECT count(*) AS awaited FROM extra_work WHERE reading_id = $1 AND closed_at IS NULL
