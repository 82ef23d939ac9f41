-- What a batch took, at once ($1, a row a claim): the readings claimed and out of their pools, assignments for ever, capacity ($4), audit,
-- events, and the answers kept for a second try ($5). The lists of ids keep the plans on the keys, whatever the planner guesses of the JSON.
WITH one AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS j(r text, p text, c text, f bigint, o text, k text, v bigint, a text, x bigint, w text, q text, s text, t text, u text, b text, d text, z text)
), claimed AS (
  UPDATE reading SET state = 'claimed', pathologist_id = one.p, claim_id = one.c, claimed_at = $2, heartbeat_at = $2,
    activity_at = $2, lease_until = $3, begun_at = NULL, hold_until = NULL, fence = one.f
  FROM one WHERE reading.reading_id = ANY (ARRAY(SELECT r FROM one)) AND reading.reading_id = one.r
    AND reading.state = 'waiting' AND reading.fence = one.f - 1 RETURNING 1
), leave AS (
  DELETE FROM reading_pool WHERE reading_id = ANY (ARRAY(SELECT r FROM one))
), hold AS (
  UPDATE pathologist SET active = active + j.n, points = points + j.w FROM jsonb_to_recordset($4::jsonb) AS j(p text, n bigint, w bigint)
  WHERE pathologist.pathologist_id = ANY (ARRAY(SELECT v ->> 'p' FROM jsonb_array_elements($4::jsonb) v)) AND pathologist.pathologist_id = j.p
), begin AS (
  INSERT INTO assignment (claim_id, organisation_id, reading_id, case_id, pathologist_id, fence, state, began_at, rights_version, agreement_id, out_of_order, why, decision)
  SELECT c, o, r, k, p, f, 'active', $2, v, a, x, w, z FROM one
), record AS (
  INSERT INTO audit (organisation_id, at, subject, action, purpose, basis, outcome, case_id, scan_id, reading_id, detail)
  SELECT q, $2, s, t, u, b, 'done', k, NULL, r, d FROM one
), keep AS (
  INSERT INTO idempotency (organisation_id, command, idempotency_key, answer, at)
  SELECT o, c, k, w, $2 FROM jsonb_to_recordset($5::jsonb) AS j(o text, c text, k text, w text)
), tell AS (
  INSERT INTO event (organisation_id, kind, at, case_id, scan_id, reading_id, pathologist_id, fence, detail)
  SELECT o, 'claimed', $2, k, NULL, r, p, f, '' FROM one RETURNING xid
)
SELECT (SELECT count(*) FROM claimed) AS claimed, (SELECT max(xid) FROM tell) AS position
