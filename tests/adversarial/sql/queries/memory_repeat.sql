-- engines: duckdb, postgres; expect: stopped
SELECT repeat('x', 1000000000)
