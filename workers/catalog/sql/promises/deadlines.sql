SELECT 'a case waits without a due time' AS promise, count(*) AS found FROM cases WHERE state <> 'signed_out' AND due_at <= 0
UNION ALL SELECT 'a claim without an end of its lease', count(*) FROM reading WHERE state = 'claimed' AND lease_until IS NULL
UNION ALL SELECT 'an open tray entry without owner or deadline', count(*) FROM tray WHERE closed_at IS NULL AND (owner_role = '' OR deadline_at < opened_at)
UNION ALL SELECT 'an open incident without owner or deadline', count(*) FROM incident WHERE closed_at IS NULL AND (owner_role = '' OR deadline_at < opened_at)
UNION ALL SELECT 'a delivery that is stuck and in no tray', count(*)
FROM delivery d WHERE d.state = 'stuck' AND NOT EXISTS (SELECT 1 FROM tray t WHERE t.delivery_id = d.delivery_id)
UNION ALL SELECT 'a scan without a slide and in no tray', count(*)
FROM scan s WHERE s.pixels IN ('published', 'verified') AND s.identity <> 'matched' AND NOT EXISTS (SELECT 1 FROM tray t WHERE t.scan_id = s.scan_id)
UNION ALL SELECT 'a message that is printed or acknowledged and still to be sent', count(*)
FROM outbox WHERE sent_at IS NULL AND (printed_at IS NOT NULL OR acknowledged_at IS NOT NULL)
