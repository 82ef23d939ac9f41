SELECT kind, started_at, due_at, stopped_at FROM case_clock WHERE case_id = $1 ORDER BY kind
