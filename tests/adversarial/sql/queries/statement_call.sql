-- engines: sqlite, duckdb, postgres, mysql; expect: error
CALL evil()
