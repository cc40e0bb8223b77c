-- engines: sqlite, duckdb; expect: error
SELECT ?
