-- engines: sqlite, duckdb, postgres, mysql; expect: error
SELECT 'abc
