-- engines: sqlite, duckdb, postgres, mysql; expect: error
CREATE TABLE stolen AS SELECT * FROM customer
