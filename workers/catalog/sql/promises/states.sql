SELECT 'cases' AS thing, state FROM cases GROUP BY state
UNION ALL SELECT 'reading', state FROM reading GROUP BY state
UNION ALL SELECT 'scan', pixels FROM scan GROUP BY pixels
UNION ALL SELECT 'identity', identity FROM scan GROUP BY identity
UNION ALL SELECT 'delivery', state FROM delivery GROUP BY state
UNION ALL SELECT 'tray', kind FROM tray WHERE closed_at IS NULL GROUP BY kind
UNION ALL SELECT 'job', state FROM job GROUP BY state
UNION ALL SELECT 'report', state FROM report GROUP BY state
