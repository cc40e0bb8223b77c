-- engines: duckdb; expect: error
SELECT * FROM read_csv('/etc/passwd')
