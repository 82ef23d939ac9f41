SELECT work_id, organisation_id, case_id, reading_id, pathologist_id, closed_at FROM extra_work WHERE work_id = $1
