-- engines: duckdb; expect: error
PRAGMA memory_limit = '64GB'
