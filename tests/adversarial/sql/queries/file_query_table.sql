-- engines: duckdb; expect: error
SELECT * FROM query_table('/etc/passwd')
