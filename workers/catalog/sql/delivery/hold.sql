UPDATE delivery SET state = 'stuck', reason = $2, changed_at = $3, deadline_at = $4
WHERE delivery_id = $1 AND state = 'arriving' RETURNING organisation_id
