-- engines: sqlite, duckdb, postgres, mysql; expect: error
DELETE FROM customer
