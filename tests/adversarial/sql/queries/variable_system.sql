-- engines: mysql; expect: error
SELECT @@datadir
