-- engines: duckdb, mysql; expect: error
DESCRIBE customer
