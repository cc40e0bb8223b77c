-- engines: sqlite, duckdb, postgres, mysql; expect: error
SELECT 1 -- only this
; DROP TABLE customer
