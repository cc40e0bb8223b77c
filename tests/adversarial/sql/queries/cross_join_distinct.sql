-- engines: sqlite, duckdb, postgres, mysql; expect: stopped
SELECT DISTINCT a.n + b.n * 10 + c.n * 100 + d.n * 1000 + e.n * 10000 + f.n * 100000 + g.n * 1000000 + h.n * 10000000 + i.n * 100000000 FROM digits a, digits b, digits c, digits d, digits e, digits f, digits g, digits h, digits i ORDER BY 1 DESC
