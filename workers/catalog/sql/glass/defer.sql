INSERT INTO glass (reading_id, slide_id, organisation_id, case_id, pathologist_id, reason, deferred_at, deadline_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (reading_id, slide_id) DO NOTHING
