SELECT pool_id FROM pool WHERE organisation_id = $1 AND specialty = $2 AND scope = $3 AND scope_key = $4
