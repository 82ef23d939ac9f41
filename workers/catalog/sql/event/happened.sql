SELECT e.event_id, e.kind, e.at, e.case_id, s.name AS site, c.specialty, c.priority, c.accessioned_at, c.received_at, c.due_at
FROM event e JOIN cases c ON c.case_id = e.case_id JOIN site s ON s.site_id = c.site_id
WHERE e.event_id > $1 AND e.kind IN ('ready', 'claimed', 'signed_out') ORDER BY e.event_id LIMIT 1000
