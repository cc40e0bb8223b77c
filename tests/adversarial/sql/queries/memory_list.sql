-- engines: duckdb; expect: stopped
SELECT list(a) FROM range(1000000000) t1, (SELECT 1 AS a) AS t2
