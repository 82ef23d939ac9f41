SELECT c.number, c.issuer, c.state, p.family, p.given, p.born, p.sex,
  (SELECT pn.issuer || ' ' || pn.value FROM patient_number pn
   WHERE pn.patient_id = p.patient_id ORDER BY pn.issuer, pn.value LIMIT 1) AS record
FROM cases c JOIN patient p ON p.patient_id = c.patient_id
WHERE c.case_id = $1
