-- engines: mysql; expect: error
SELECT 1 INTO @x
