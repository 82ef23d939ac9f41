SELECT a.agreement_id, a.specialty, a.purpose, a.legal_basis, a.valid_from, a.valid_to, a.revoked_at,
  o.name AS owner_name, r.name AS reading_name
FROM agreement a
JOIN organisation o ON o.organisation_id = a.organisation_id
JOIN organisation r ON r.organisation_id = a.reading_organisation_id
WHERE a.organisation_id = $1 OR a.reading_organisation_id = $1
ORDER BY o.name, r.name, a.specialty, a.purpose, a.agreement_id
LIMIT 1000
