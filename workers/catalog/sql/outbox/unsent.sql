SELECT o.organisation_id FROM organisation o
WHERE EXISTS (SELECT 1 FROM outbox x WHERE x.organisation_id = o.organisation_id AND x.sent_at IS NULL AND x.created_at <= $1)
ORDER BY o.organisation_id LIMIT 1000
