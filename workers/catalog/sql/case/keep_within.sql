UPDATE cases SET own_organisation_only = 1 WHERE case_id = $1
