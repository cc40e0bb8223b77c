-- engines: postgres; expect: error
WITH pg_sleep(x) AS (SELECT 1) SELECT pg_sleep(30) FROM pg_sleep
