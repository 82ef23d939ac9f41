SELECT absence_id, organisation_id, pathologist_id, deputy_id, from_at, to_at, reason, applied_at, cancelled_at FROM absence WHERE absence_id = $1
