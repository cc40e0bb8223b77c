-- engines: duckdb; expect: error
SELECT 5 !; DROP TABLE customer
