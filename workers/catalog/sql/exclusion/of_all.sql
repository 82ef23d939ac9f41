SELECT reading_id, pathologist_id, until FROM exclusion WHERE reading_id IN (SELECT value FROM json_each($1)) AND pathologist_id IN (SELECT value FROM json_each($2))
