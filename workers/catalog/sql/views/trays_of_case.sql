SELECT t.tray_id, t.code, l.name
FROM slide l
JOIN tray t ON t.best_guess_slide_id = l.slide_id AND t.closed_at IS NULL
WHERE l.case_id = $1
ORDER BY l.name, t.tray_id
LIMIT 100
