-- engines: postgres, duckdb; expect: error
SELECT $a$ $b$ $a$; DROP TABLE customer; SELECT $b$ $b$
