-- engines: postgres; expect: error
SELECT pg_terminate_backend(pg_backend_pid())
