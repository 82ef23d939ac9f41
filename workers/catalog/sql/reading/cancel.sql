UPDATE reading SET state = 'cancelled' WHERE reading_id = $1 AND state = 'waiting'
