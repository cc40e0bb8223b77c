-- engines: sqlite, duckdb, postgres, mysql; expect: error
INSERT INTO customer VALUES (9, 'Eve', 'Paris') RETURNING *
