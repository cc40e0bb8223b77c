-- engines: sqlite, duckdb, postgres, mysql; expect: error
WITH a AS (SELECT 1) DELETE FROM customer
