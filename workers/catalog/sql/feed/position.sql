-- One writer: whatever has an id has been committed in its order.
SELECT COALESCE(max(event_id), 0) + 1 AS low, COALESCE(max(event_id), 0) + 1 AS high, COALESCE(max(event_id), 0) AS last FROM event
