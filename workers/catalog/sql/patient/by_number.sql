SELECT p.patient_id, p.born FROM patient_number n JOIN patient p ON p.patient_id = n.patient_id WHERE n.issuer = $1 AND n.value = $2
