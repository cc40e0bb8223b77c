-- engines: sqlite, duckdb, postgres, mysql; expect: error
EXPLAIN ANALYZE DELETE FROM customer
