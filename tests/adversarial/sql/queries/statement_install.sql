-- engines: duckdb; expect: error
INSTALL httpfs
