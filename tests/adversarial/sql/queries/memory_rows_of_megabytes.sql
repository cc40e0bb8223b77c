-- engines: duckdb, postgres, mysql; expect: stopped
SELECT repeat('x', 1000000) FROM digits a, digits b, digits c, digits d
