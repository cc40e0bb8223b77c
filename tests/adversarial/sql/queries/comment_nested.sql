-- engines: sqlite, duckdb, postgres, mysql; expect: harmless
SELECT 1 /* /* */ ; DROP TABLE customer /* */ */
