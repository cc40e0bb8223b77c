-- engines: mysql; expect: error
SELECT GET_LOCK('x', 30)
