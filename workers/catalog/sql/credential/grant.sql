INSERT INTO credential (pathologist_id, organisation_id, specialty, tier, valid_from, valid_to, profession, practice, supervisor_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (pathologist_id, specialty) DO NOTHING
