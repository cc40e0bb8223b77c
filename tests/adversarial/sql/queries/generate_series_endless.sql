-- engines: postgres, duckdb; expect: stopped
SELECT sum(a) FROM generate_series(1, 10000000000000) AS t(a)
