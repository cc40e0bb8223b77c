-- engines: duckdb; expect: error
SELECT * FROM "read_blob"('/etc/passwd')
