INSERT INTO manifest (case_id, version, organisation_id, source, recorded_at, recorded_by)
SELECT case_id, $2, organisation_id, 'operator', $3, $4 FROM cases WHERE case_id = $1
