-- SQLite only: there a table may lie in its key.
SELECT 1;
