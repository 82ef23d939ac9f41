SELECT $1 AS issuer, $2 AS container
