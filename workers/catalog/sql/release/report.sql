UPDATE report SET state = $2, released_at = $3, authorised_at = $4 WHERE report_id = $1
