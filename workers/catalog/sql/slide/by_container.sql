SELECT slide_id FROM slide WHERE issuer = $1 AND container = $2
