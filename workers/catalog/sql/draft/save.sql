INSERT INTO draft (reading_id, pathologist_id, organisation_id, fence, body, saved_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (reading_id, pathologist_id) DO UPDATE SET fence = excluded.fence, body = excluded.body, saved_at = excluded.saved_at
WHERE excluded.fence >= draft.fence
