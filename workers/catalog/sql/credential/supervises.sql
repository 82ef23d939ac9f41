SELECT pathologist_id FROM credential
WHERE pathologist_id = $1 AND organisation_id = $2 AND specialty = $3 AND profession <> 'trainee'
