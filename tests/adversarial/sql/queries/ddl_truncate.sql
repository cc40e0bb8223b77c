-- engines: sqlite, duckdb, postgres, mysql; expect: error
TRUNCATE TABLE customer
