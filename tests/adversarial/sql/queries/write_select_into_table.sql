-- engines: sqlite, duckdb, postgres, mysql; expect: error
SELECT * INTO stolen FROM customer
