-- What a batch took, at once ($1, a row a claim): the readings claimed and out of their pools, assignments for ever, capacity ($4), audit,
-- events, and the answers kept for a second try ($5). A row for each reading claimed and each event.
UPDATE reading SET state = 'claimed', pathologist_id = j.value ->> 'p', claim_id = j.value ->> 'c', claimed_at = $2, heartbeat_at = $2,
  activity_at = $2, lease_until = $3, begun_at = NULL, hold_until = NULL, fence = j.value ->> 'f'
FROM json_each($1) j WHERE reading.reading_id = j.value ->> 'r' AND reading.state = 'waiting' AND reading.fence = (j.value ->> 'f') - 1
RETURNING 1 AS claimed, 0 AS position;
DELETE FROM reading_pool WHERE reading_id IN (SELECT value ->> 'r' FROM json_each($1));
UPDATE pathologist SET active = active + (j.value ->> 'n'), points = points + (j.value ->> 'w')
FROM json_each($4) j WHERE pathologist.pathologist_id = j.value ->> 'p';
INSERT INTO assignment (claim_id, organisation_id, reading_id, case_id, pathologist_id, fence, state, began_at, rights_version, agreement_id, out_of_order, why, decision)
SELECT value ->> 'c', value ->> 'o', value ->> 'r', value ->> 'k', value ->> 'p', value ->> 'f', 'active', $2, value ->> 'v', value ->> 'a', value ->> 'x', value ->> 'w', value ->> 'z'
FROM json_each($1);
INSERT INTO audit (organisation_id, at, subject, action, purpose, basis, outcome, case_id, scan_id, reading_id, detail)
SELECT value ->> 'q', $2, value ->> 's', value ->> 't', value ->> 'u', value ->> 'b', 'done', value ->> 'k', NULL, value ->> 'r', value ->> 'd' FROM json_each($1);
INSERT INTO idempotency (organisation_id, command, idempotency_key, answer, at)
SELECT value ->> 'o', value ->> 'c', value ->> 'k', value ->> 'w', $2 FROM json_each($5);
INSERT INTO event (organisation_id, kind, at, case_id, scan_id, reading_id, pathologist_id, fence, detail)
SELECT value ->> 'o', 'claimed', $2, value ->> 'k', NULL, value ->> 'r', value ->> 'p', value ->> 'f', '' FROM json_each($1) WHERE true
RETURNING 0 AS claimed, event_id AS position
