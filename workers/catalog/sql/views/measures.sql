-- The organisation $1 since $2 (the start of its day), at $3.
SELECT
  (SELECT CAST(count(*) AS BIGINT) FROM scan s
   WHERE s.stored_at >= $2 AND s.organisation_id = $1) AS delivered,
  (SELECT CAST(count(*) AS BIGINT) FROM scan s
   WHERE s.published_at >= $2 AND s.stored_at >= $2 - 604800000000 AND s.organisation_id = $1) AS published,
  (SELECT CAST(count(*) AS BIGINT) FROM tray t
   WHERE t.closed_at IS NULL AND t.organisation_id = $1) AS in_trays,
  (SELECT CAST(count(*) AS BIGINT) FROM cases c
   WHERE c.state <> 'signed_out' AND c.state = 'accessioned' AND c.organisation_id = $1) AS accessioned,
  (SELECT CAST(count(*) AS BIGINT) FROM cases c
   WHERE c.state <> 'signed_out' AND c.state = 'partial' AND c.organisation_id = $1) AS partial,
  (SELECT CAST(count(*) AS BIGINT) FROM cases c
   WHERE c.state <> 'signed_out' AND c.due_at < $3 AND c.organisation_id = $1) AS late,
  (SELECT CAST(count(*) AS BIGINT) FROM cases c
   WHERE c.signed_out_at >= $2 AND c.organisation_id = $1) AS signed_out
