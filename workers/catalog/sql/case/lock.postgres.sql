SELECT case_id, organisation_id, state, revision, priority FROM cases WHERE case_id = $1 FOR UPDATE
