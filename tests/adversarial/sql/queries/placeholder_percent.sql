-- engines: postgres, mysql; expect: harmless
SELECT 'a' LIKE '%s', 5 % 2
