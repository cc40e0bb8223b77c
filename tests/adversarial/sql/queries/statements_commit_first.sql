-- engines: sqlite, duckdb, postgres, mysql; expect: error
SELECT 1; COMMIT; DROP TABLE customer
