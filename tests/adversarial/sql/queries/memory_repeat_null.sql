-- engines: mysql; expect: harmless
SELECT repeat('x', 1000000000)
