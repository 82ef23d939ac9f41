-- In the order of transactions, only of those that have ended. $1: no event to come has this id or a smaller one.
SELECT xid AS position, event_id, organisation_id, kind, at, case_id, scan_id, reading_id, pathologist_id, fence
FROM event WHERE event_id > $1 AND (xid, event_id) > ($2, $3) AND xid < $4 ORDER BY xid, event_id LIMIT 1000
