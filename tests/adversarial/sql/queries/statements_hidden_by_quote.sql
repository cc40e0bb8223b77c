-- engines: sqlite, duckdb, postgres, mysql; expect: harmless
SELECT '\'; DROP TABLE customer; -- '
