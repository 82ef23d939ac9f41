SELECT issuer, organisation_id, numbers, code_pattern, no_manifest, quiet_minutes, report_of_record FROM issuer WHERE issuer = $1
