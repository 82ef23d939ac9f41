SELECT patient_id FROM patient WHERE patient_id = $1 AND restricted = 1
