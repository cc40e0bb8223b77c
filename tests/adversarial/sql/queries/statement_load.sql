-- engines: duckdb, postgres; expect: error
LOAD 'evil'
