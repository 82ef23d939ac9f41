-- While somebody paused it, or while extra work was awaited; they may overlap.
SELECT began_at, ended_at FROM case_pause WHERE case_id = $1
UNION ALL SELECT requested_at, closed_at FROM extra_work WHERE case_id = $1
ORDER BY 1 LIMIT 1000
