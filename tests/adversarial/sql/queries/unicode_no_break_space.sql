-- engines: sqlite, duckdb, postgres, mysql; expect: error
SELECT 1; DROP TABLE customer
