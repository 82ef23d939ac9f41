UPDATE credential SET valid_to = $3 WHERE pathologist_id = $1 AND specialty = $2 AND valid_to > $3
