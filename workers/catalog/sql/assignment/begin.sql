INSERT INTO assignment (claim_id, organisation_id, reading_id, case_id, pathologist_id, fence, state, began_at, rights_version, agreement_id, out_of_order, why)
VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $8, $9, $10, $11)
