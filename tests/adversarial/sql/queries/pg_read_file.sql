-- engines: postgres; expect: error
SELECT pg_read_file('/etc/passwd')
