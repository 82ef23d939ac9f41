UPDATE pathologist SET active = active - 1, idle_since = $2,
  points = points - (SELECT r.points FROM reading r WHERE r.reading_id = $3)
WHERE pathologist_id = $1
