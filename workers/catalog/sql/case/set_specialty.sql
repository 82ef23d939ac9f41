UPDATE cases SET specialty = $2 WHERE case_id = $1
