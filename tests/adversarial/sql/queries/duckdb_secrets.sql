-- engines: duckdb; expect: error
SELECT * FROM duckdb_secrets()
