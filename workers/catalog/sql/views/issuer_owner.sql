SELECT organisation_id FROM issuer WHERE issuer = $1
