DELETE FROM sweep_mark WHERE object_key = $1
