-- engines: postgres, mysql; expect: stopped
SELECT count(*) FROM digits a, digits b, digits c, digits d, digits e, digits f, digits g, digits h WHERE concat(a.n, b.n, c.n, d.n, e.n, f.n, g.n, h.n) LIKE '%1%1%1%1%1%1%1%1%1%'
