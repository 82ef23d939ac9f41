UPDATE reading SET told_for = hold_until WHERE reading_id = $1
