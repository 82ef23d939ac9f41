SELECT until FROM exclusion WHERE reading_id = $1 AND pathologist_id = $2
