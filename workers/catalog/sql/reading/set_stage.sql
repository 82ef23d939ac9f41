UPDATE reading SET stage = $2, stage_at = $3, next_relax_at = $4 WHERE reading_id = $1
