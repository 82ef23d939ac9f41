SELECT (SELECT count(*) FROM organisation WHERE organisation_id = $1) AS organisation, (SELECT count(*) FROM site WHERE site_id = $2) AS site,
  (SELECT count(*) FROM issuer WHERE issuer = $3) AS issuer, (SELECT count(*) FROM scanner WHERE scanner_id = $4) AS scanner
