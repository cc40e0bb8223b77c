-- engines: sqlite, duckdb, postgres, mysql; expect: error
SELECT '[2J'; DROP TABLE customer
