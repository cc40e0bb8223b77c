-- engines: mysql; expect: error
SELECT @x := 1
