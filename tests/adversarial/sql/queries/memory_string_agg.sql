-- engines: duckdb, postgres; expect: stopped
SELECT string_agg(repeat('x', 100000), '') FROM digits a, digits b, digits c, digits d, digits e, digits f, digits g
