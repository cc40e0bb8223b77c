-- engines: mysql; expect: error
KILL 1
