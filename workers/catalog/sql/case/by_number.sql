SELECT n.case_id, c.fingerprint FROM case_number n JOIN cases c ON c.case_id = n.case_id WHERE n.issuer = $1 AND n.value = $2
