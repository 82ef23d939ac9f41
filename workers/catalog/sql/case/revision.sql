SELECT revision FROM cases WHERE case_id = $1
