UPDATE incident SET closed_at = $2, closed_by = $3, resolution = 'recalled' WHERE report_id = $1 AND closed_at IS NULL
