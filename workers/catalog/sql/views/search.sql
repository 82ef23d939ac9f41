-- Cases with a case or container number that begins with $1 (so is less than $2), and open cases
-- of a family name that begins with $3, in lower case; of the organisation $4, or '' for all.
SELECT f.case_id
FROM (
  SELECT case_id FROM (
    SELECT n.case_id FROM issuer i
    JOIN case_number n ON n.issuer = i.issuer AND n.value >= $1 AND n.value < $2
    LIMIT 500
  ) by_number
  UNION
  SELECT case_id FROM (
    SELECT l.case_id FROM issuer i
    JOIN slide l ON l.issuer = i.issuer AND l.container >= $1 AND l.container < $2
    LIMIT 500
  ) by_container
  UNION
  SELECT case_id FROM (
    SELECT c.case_id FROM cases c CROSS JOIN patient p
    WHERE c.state <> 'signed_out' AND p.patient_id = c.patient_id AND substr(lower(p.family), 1, length($3)) = $3
    LIMIT 500
  ) by_name
) f
JOIN cases c ON c.case_id = f.case_id
WHERE $4 = '' OR c.organisation_id = $4
ORDER BY CASE c.state WHEN 'signed_out' THEN 1 ELSE 0 END, c.received_at DESC, c.case_id
LIMIT 200
