SELECT excluded_organisation_id, recorded_at FROM objection WHERE case_id = $1
