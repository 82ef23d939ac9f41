SELECT report_of_record FROM cases WHERE case_id = $1
