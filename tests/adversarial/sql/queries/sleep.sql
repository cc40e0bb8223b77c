-- engines: mysql; expect: error
SELECT SLEEP(30)
