UPDATE report SET recalled_at = $2, recall_reason = $3 WHERE report_id = $1 AND released_at IS NULL AND recalled_at IS NULL
