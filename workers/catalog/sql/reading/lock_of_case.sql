UPDATE reading SET stage = stage WHERE case_id = $1
