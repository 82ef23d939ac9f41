UPDATE cases SET manifest_version = manifest_version + 1 WHERE case_id = $1 RETURNING manifest_version
