SELECT scan_id, organisation_id, site_id, scanner_id, issuer, digest, size_bytes, attempt_id, pixels, identity, slide_id, case_id, generation, urgency, stored_at
FROM scan WHERE scan_id = $1
