SELECT pool_id FROM pool WHERE organisation_id = $1 AND specialty = $2
