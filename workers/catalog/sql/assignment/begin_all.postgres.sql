INSERT INTO assignment (claim_id, organisation_id, reading_id, case_id, pathologist_id, fence, state, began_at, rights_version, agreement_id, out_of_order, why, decision)
SELECT c, o, r, k, p, f, 'active', $2, v, a, x, w, z
FROM jsonb_to_recordset($1::jsonb) AS j(c text, o text, r text, k text, p text, f bigint, v bigint, a text, x bigint, w text, z text)
