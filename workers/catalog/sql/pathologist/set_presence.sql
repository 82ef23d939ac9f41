UPDATE pathologist SET presence = $2, epoch = epoch + 1, idle_since = $3 WHERE pathologist_id = $1
