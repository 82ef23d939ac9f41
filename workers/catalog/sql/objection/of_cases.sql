SELECT case_id, excluded_organisation_id, recorded_at FROM objection WHERE case_id IN (SELECT value FROM json_each($1))
