INSERT INTO extra_work_slide (work_id, slide_id, organisation_id) VALUES ($1, $2, $3)
