-- engines: sqlite, duckdb, postgres, mysql; expect: error
ALTER TABLE customer ADD COLUMN evil INTEGER
