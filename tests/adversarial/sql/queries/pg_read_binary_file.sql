-- engines: postgres; expect: error
SELECT pg_read_binary_file('/etc/passwd')
