-- engines: postgres; expect: error
SELECT pg_‍sleep(30)
