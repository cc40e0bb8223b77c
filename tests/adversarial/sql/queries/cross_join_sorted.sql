-- engines: sqlite, duckdb, postgres, mysql; expect: stopped
SELECT * FROM digits a, digits b, digits c, digits d, digits e, digits f, digits g, digits h, digits i, digits j, digits k, digits l ORDER BY a.n + l.n, b.n, c.n
