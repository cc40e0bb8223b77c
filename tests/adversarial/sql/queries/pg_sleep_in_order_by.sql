-- engines: postgres; expect: error
SELECT 1 ORDER BY (SELECT pg_sleep(30) IS NULL)
