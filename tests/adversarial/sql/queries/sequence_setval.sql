-- engines: duckdb, postgres, mysql; expect: error
SELECT setval('s', 1)
