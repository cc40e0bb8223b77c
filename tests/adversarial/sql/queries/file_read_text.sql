-- engines: duckdb; expect: error
SELECT * FROM read_text('/etc/passwd')
