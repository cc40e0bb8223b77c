-- engines: sqlite, duckdb, postgres; expect: stopped
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t
