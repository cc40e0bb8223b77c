-- engines: duckdb; expect: error
SELECT * FROM '/etc/passwd'
