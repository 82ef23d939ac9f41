DELETE FROM reading_right WHERE pathologist_id = $1
