DELETE FROM rota WHERE pathologist_id = $1 AND starts_at < $3 AND ends_at > $2
