-- engines: postgres; expect: error
SELECT pg_advisory_lock(1)
