SELECT reading_id, case_id, pathologist_id, fence FROM assignment WHERE claim_id = $1
