-- Transactions below `low` have all ended; `high` and above have not begun.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS low, pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS high,
  COALESCE(max(event_id), 0) AS last FROM event
