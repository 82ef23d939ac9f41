UPDATE pathologist SET active = active - 1, idle_since = $2 WHERE pathologist_id = $1
