SELECT s.scan_id, s.organisation_id, s.site_id, s.issuer, s.identity, s.pixels, s.stored_at, i.code_pattern
FROM scan s JOIN issuer i ON i.issuer = s.issuer WHERE s.scan_id = $1
