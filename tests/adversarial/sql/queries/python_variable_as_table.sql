-- engines: duckdb; expect: error
SELECT * FROM os
