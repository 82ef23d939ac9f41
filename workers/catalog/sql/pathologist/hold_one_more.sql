UPDATE pathologist SET active = active + 1 WHERE pathologist_id = $1
