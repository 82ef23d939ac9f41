UPDATE scrub SET done_at = $2, whole_began_at = began_at, whole_ended_at = $2 WHERE one = 1 AND round = $1 AND done_at IS NULL
