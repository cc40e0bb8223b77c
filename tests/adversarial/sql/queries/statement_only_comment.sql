-- engines: sqlite, duckdb, postgres, mysql; expect: error
/* DROP TABLE customer */
