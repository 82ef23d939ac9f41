SELECT event_id AS position, event_id, organisation_id, kind, at, case_id, scan_id, reading_id, pathologist_id, fence
FROM event WHERE event_id > $1 AND event_id >= $2 AND event_id > $3 AND event_id < $4 ORDER BY event_id LIMIT 1000
