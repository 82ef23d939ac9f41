SELECT began_at, ended_at FROM case_pause WHERE case_id = $1 ORDER BY began_at LIMIT 1000
