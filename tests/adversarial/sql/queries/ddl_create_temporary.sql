-- engines: sqlite, duckdb, postgres, mysql; expect: error
CREATE TEMPORARY TABLE stolen AS SELECT * FROM customer
