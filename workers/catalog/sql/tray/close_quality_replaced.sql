UPDATE tray SET closed_at = $3, closed_by = $4, resolution = 'a new scan of the slide came'
WHERE kind = 'quality' AND closed_at IS NULL AND scan_id IN (SELECT scan_id FROM scan WHERE slide_id = $1 AND scan_id <> $2)
