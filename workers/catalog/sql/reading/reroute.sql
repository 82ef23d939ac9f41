UPDATE reading SET specialty = $2, specialties = $3, stage = $4, stage_at = $5, next_relax_at = NULL WHERE reading_id = $1
