SELECT claim_id, organisation_id, reading_id, case_id, pathologist_id, fence, state, ended_at FROM assignment WHERE claim_id = $1
