SELECT specialty, tier, valid_from, valid_to FROM credential WHERE pathologist_id = $1 ORDER BY specialty
