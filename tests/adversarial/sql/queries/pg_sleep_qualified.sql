-- engines: postgres; expect: error
SELECT pg_catalog.pg_sleep(30)
