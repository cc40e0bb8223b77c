-- engines: sqlite, duckdb, postgres, mysql; expect: error
WITH a AS (INSERT INTO customer VALUES (9, 'Eve', 'Paris') RETURNING id) SELECT id FROM a
