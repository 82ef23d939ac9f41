UPDATE cases SET revision = revision + 1 WHERE case_id = $1 RETURNING revision, organisation_id
