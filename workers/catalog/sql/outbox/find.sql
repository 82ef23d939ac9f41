SELECT acknowledged_at FROM outbox WHERE outbox_id = $1 AND organisation_id = $2 AND topic NOT LIKE 'report%'
