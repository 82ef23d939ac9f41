INSERT INTO specimen (specimen_id, organisation_id, case_id, part, version, specimen_type, body_site, macroscopic, fixation, decalcified)
VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9)
