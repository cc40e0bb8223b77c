-- engines: postgres; expect: error
SELECT pg_reload_conf()
