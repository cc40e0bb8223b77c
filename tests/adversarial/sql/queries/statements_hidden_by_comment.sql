-- engines: sqlite, duckdb, postgres, mysql; expect: error
SELECT 1 /* ; */ ; /* SELECT 2 */ DROP TABLE customer
