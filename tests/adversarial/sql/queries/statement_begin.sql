-- engines: sqlite, duckdb, postgres, mysql; expect: error
BEGIN
