-- engines: postgres; expect: error
SELECT * FROM pg_sleep(30) AS t(x)
