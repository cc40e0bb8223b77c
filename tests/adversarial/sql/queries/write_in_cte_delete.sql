-- engines: sqlite, duckdb, postgres, mysql; expect: error
WITH gone AS (DELETE FROM customer RETURNING *) SELECT * FROM gone
