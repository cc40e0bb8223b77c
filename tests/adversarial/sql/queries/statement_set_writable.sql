-- engines: sqlite, duckdb, postgres, mysql; expect: error
SET TRANSACTION READ WRITE
