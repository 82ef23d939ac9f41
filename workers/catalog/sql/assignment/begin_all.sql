INSERT INTO assignment (claim_id, organisation_id, reading_id, case_id, pathologist_id, fence, state, began_at, rights_version, agreement_id, out_of_order, why, decision)
SELECT value ->> 'c', value ->> 'o', value ->> 'r', value ->> 'k', value ->> 'p', value ->> 'f', 'active', $2, value ->> 'v', value ->> 'a', value ->> 'x', value ->> 'w', value ->> 'z'
FROM json_each($1)
